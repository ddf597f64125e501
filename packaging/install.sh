#!/bin/sh
# Puts PowerHold, as it was unpacked, into this user's menu and path: sh install.sh. With --remove it takes both
# away again. No other file is touched, and sessions stay where they are.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/powerhold.desktop
picture=$data/icons/hicolor/scalable/apps/powerhold.svg
command=$HOME/.local/bin/powerhold

if [ "${1:-}" = --remove ]; then
    rm -f "$entry" "$picture"
    # a program of this name from elsewhere is not ours to take away
    case $(readlink "$command" 2>/dev/null || :) in "$here"/*) rm -f "$command" ;; esac
    echo "PowerHold is out of the menu. To be rid of it, delete $here."
    exit 0
fi

case $here in
*[\"\`\$\\%\'\ ]*)
    echo "PowerHold cannot be put into the menu from $here: move it to a folder without spaces and special signs." >&2
    exit 2
    ;;
esac
mkdir -p "$(dirname "$entry")" "$(dirname "$picture")" "$(dirname "$command")"
cp "$here/powerhold.svg" "$picture"
sed -e "s|^Exec=.*|Exec=$here/powerhold|" -e "s|^Icon=.*|Icon=$picture|" "$here/powerhold.desktop" >"$entry"
if [ ! -e "$command" ] || [ -L "$command" ]; then
    ln -sfn "$here/powerhold" "$command"
fi
echo "PowerHold is in the menu, and as 'powerhold' in a new terminal."
echo "So that this user may use the boards:"
echo "    sudo cp $here/60-powerhold.rules /etc/udev/rules.d/ && sudo udevadm control --reload"
echo "then plug the board in again."
