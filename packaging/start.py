"""Where the bundle begins."""

import multiprocessing

if __name__ == "__main__":
    multiprocessing.freeze_support()  # a process that is to work beside this one does that, and ends here
    from ui.entry import main

    main()
