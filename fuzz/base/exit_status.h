/* The exit codes of the tool ringproof. */
#ifndef FUZZ_BASE_EXIT_STATUS_H
#define FUZZ_BASE_EXIT_STATUS_H

enum {
    EXIT_AGREED = 0,
    EXIT_FOUND = 1, /* a difference, a crash or a hang */
    EXIT_USAGE =
        2, /* a bad argument, a file that cannot be read or written, or nothing was judged */
    EXIT_SIGNAL = 128 /* and the signal that ended the run early: see base/interrupt.h */
};

#endif
