/* SIGINT (Ctrl-C) and SIGTERM end a run early, but in order: it stops searching, keeps what it has
 * found, and prints a summary. */
#ifndef FUZZ_BASE_INTERRUPT_H
#define FUZZ_BASE_INTERRUPT_H

/* From now on these signals no longer end the process: interrupt_signal() tells of them. System
 * calls that wait end with EINTR. A signal that the process was started to ignore stays ignored. */
void interrupt_catch(void);

/* The first of these signals that came, or 0. */
int interrupt_signal(void);

/* "SIGINT" or "SIGTERM"; after a signal came. */
const char *interrupt_name(void);

/* For a child process, after interrupt_catch(): Ctrl-C reaches all processes, but the parent alone
 * decides what ends. A child that sends itself such a signal still dies of it. */
void interrupt_leave_to_parent(void);

#endif
