#!/bin/sh
# Gets .venv ready: tools/setup.sh runtime|dev. make calls it each time; it does nothing when all is in place.
# tools/setup.sh bench does the same with build/bench-venv, where the libraries are that we are measured against, and
# tools/setup.sh publish with build/publish-venv, where the guide and the packages are made.
#
# .ready in it is written last and says where and from what it was made. A half-made one has none and is
# made again; so is one that was moved or whose Python is gone. One from an older lock is brought up to date.
set -eu
cd "$(dirname "$0")/.."

wanted=$1
venv=.venv
case $wanted in bench | publish) venv=build/$wanted-venv ;; esac
ready=$venv/.ready
folder=$(pwd)

fail() {
    printf '%s\n' "$1" >&2
    exit 2
}

lock_state() {
    cat requirements.txt requirements-dev.txt requirements-bench.txt requirements-publish.txt pyproject.toml tools/setup.sh | cksum
}

version_of() {
    "$1" -c 'import sys; print(*sys.version_info[:2])' 2>/dev/null
}

is_sound() {
    [ -f "$ready" ] && [ "$(sed -n 1p "$ready")" = "$folder" ] || return 1
    venv_version=$(version_of $venv/bin/python) || return 1
    [ -z "${PYTHON:-}" ] || [ "$venv_version" = "$(version_of "$PYTHON")" ]
}

is_up_to_date() {
    [ "$(sed -n 2p "$ready")" = "$(lock_state)" ] || return 1
    [ "$kind" = "$wanted" ] || [ "$kind" = dev ]
}

# The machine's own python3 if it is new enough, else the newest beside it.
find_python() {
    lacks_venv=
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            python=$candidate
            return
        fi
        lacks_venv=${lacks_venv:-$(basename "$candidate")-venv}
    done
    [ -z "$lacks_venv" ] ||
        fail "Python cannot make its environment yet: install the package $lacks_venv (sudo apt install $lacks_venv) and run make again."
    fail "PowerHold needs ${PYTHON:+PYTHON to be }Python 3.11 or newer: install the packages python3 and python3-venv (sudo apt install python3 python3-venv), or name one with make PYTHON=/path/to/python3, and run make again."
}

pip_install() {
    $venv/bin/python -m pip install -qq --no-input --disable-pip-version-check "$@" ||
        fail "Setting up did not finish: read the message above, check the network and the free disk space (2 GB), and run make again."
}

kind=$wanted
if is_sound; then
    kind=$(sed -n 3p "$ready")
    if is_up_to_date; then exit 0; fi
    [ "$kind" = dev ] || kind=$wanted
    echo "Bringing $venv up to date ..." >&2
else
    find_python
    echo "Setting up $venv (once; some minutes on a slow line) ..." >&2
    "$python" -m venv --clear $venv || fail "The environment $venv could not be made: read the message above, and run make again."
fi

rm -f "$ready"
case $kind in
    runtime) pip_install --require-hashes --only-binary :all: --requirement requirements.txt ;;
    # LibEMG has no wheel, and asks for NumPy 1 and for much that is not needed: the lock says what is (pyproject.toml)
    bench) pip_install --require-hashes --only-binary :all: --no-binary libemg --no-deps --requirement requirements-bench.txt ;;
    publish) pip_install --require-hashes --only-binary :all: --requirement requirements-publish.txt ;;
    *) pip_install --require-hashes --only-binary :all: --requirement requirements-dev.txt ;;
esac
pip_install --no-index --no-deps --no-build-isolation --editable .
printf '%s\n' "$folder" "$(lock_state)" "$kind" >"$ready"
