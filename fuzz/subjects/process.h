/* A process that reads lines and answers with lines: a ring under test that runs outside the
 * harness.
 *
 * Each process has a supervisor, a process that waits for its end, keeps what it last wrote to
 * standard error, and kills it, with all processes of its group, once nobody holds the struct
 * process any more: when the tool and its children have ended, however they did. So a process that
 * was started before a fork can be used after it, by one of the two: see process_take(). */
#ifndef FUZZ_SUBJECTS_PROCESS_H
#define FUZZ_SUBJECTS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

struct process;

/* Starts `sh -c 'exec COMMAND'`. If no process can be started, prints the reason and exits with
 * 2. */
struct process *process_start(const char *command);

/* Says that the calling process will use it alone: when the caller ends, so does the process, even if
 * others still hold it. */
void process_take(struct process *process);

/* Forgets the process: its supervisor kills it when nobody else holds it. NULL is ignored. */
void process_free(struct process *process);

/* Appends to what will be written: returns where to write, with room for `size` bytes. Then
 * process_wrote() says how many bytes that were. Nothing is sent before process_line(). */
char *process_room(struct process *process, size_t size);
void process_wrote(struct process *process, size_t size);

/* Sends all that was appended, and waits for the next line. *line, of *size bytes without its end,
 * is valid until the next call. False if there is none: see process_end().
 *
 * With `seconds` of 0, the deadline of the calling process (isolate_deadline()) counts for each
 * line: the CPU time of the process counts as that of the caller, which waits. */
bool process_line(struct process *process, double seconds, const char **line, size_t *size);

/* Whether more was read than the lines returned: after the last answer, there should be nothing. */
bool process_has_more(const struct process *process);

/* Why there was no line. Waits a few seconds for the end of a process that closed its standard
 * output. */
struct process_end {
    enum process_ending {
        PROCESS_EXITED,   /* `number` is its status */
        PROCESS_KILLED,   /* `number` is the signal */
        PROCESS_CLOSED,   /* it closed its standard output, and runs on */
        PROCESS_LATE,     /* the seconds passed */
        PROCESS_TOO_LONG, /* the line has more than PROCESS_LINE_MAX bytes */
    } ending;
    int number;
    char said[2048]; /* the end of what it wrote to standard error, as a string */
};
struct process_end process_end(struct process *process);

#define PROCESS_LINE_MAX ((size_t)1 << 28)

#endif
