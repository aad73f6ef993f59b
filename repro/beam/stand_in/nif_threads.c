/* Threads of the library, of which one at a time runs: it runs when it is told to, and says when it
 * stops. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>

#include "../../../fuzz/base/memory.h"
#include "nif_now.h"

struct ErlDrvMutex_ {
    bool held;
};

struct ErlDrvCond_ {
    size_t waiting;
};

struct ErlDrvTid_ {
    ErlNifTid next;
    void *(*run)(void *);
    void *argument;
    void *result;
    pthread_t thread;
    sem_t go;
    sem_t stopped;
    ErlNifCond *waits_for; /* NULL: it can go on */
    bool ended;
    struct execution execution;
};

static ErlNifTid threads;
static ErlNifTid running; /* NULL: none of them */
static size_t held;       /* mutexes */

/* TURNS */

static void await(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0 && errno == EINTR) {
    }
}

static void run(ErlNifTid thread)
{
    struct execution *caller = vm_now;
    running = thread;
    vm_now = &thread->execution;
    (void)sem_post(&thread->go);
    await(&thread->stopped);
    vm_now = caller;
    running = NULL;
}

static void stop_here(ErlNifTid thread)
{
    (void)sem_post(&thread->stopped);
    await(&thread->go);
}

static void *begin(void *data)
{
    ErlNifTid thread = data;
    await(&thread->go);
    thread->result = thread->run(thread->argument);
    thread->ended = true;
    (void)sem_post(&thread->stopped);
    return NULL;
}

bool vm_run_thread(bool wakes)
{
    ErlNifTid thread = threads;
    while (thread != NULL && (thread->ended || (thread->waits_for != NULL && !wakes))) {
        thread = thread->next;
    }
    if (thread != NULL) {
        run(thread);
    }
    return thread != NULL;
}

/* THREADS */

int enif_thread_create(char *name, ErlNifTid *thread, void *(*code)(void *), void *argument,
                       ErlNifThreadOpts *options)
{
    (void)name;
    (void)options;
    if (held == 0) { /* else others may have to wait */
        vm_moment_comes(VM_THREAD_STARTS);
    }
    if (!vm_allocates()) {
        return ENOMEM;
    }
    ErlNifTid made = memory_resize(NULL, 1, sizeof *made);
    *made = (struct ErlDrvTid_){.next = threads, .run = code, .argument = argument};
    made->execution = (struct execution){.place = PLACE_THREAD, .library = vm_now->library};
    (void)sem_init(&made->go, 0, 0);
    (void)sem_init(&made->stopped, 0, 0);
    if (pthread_create(&made->thread, NULL, begin, made) != 0) {
        vm_fail("the machine has no more threads");
    }
    threads = made;
    *thread = made;
    return 0;
}

int enif_thread_join(ErlNifTid thread, void **result)
{
    ErlNifTid *place = &threads;
    while (*place != NULL && *place != thread) {
        place = &(*place)->next;
    }
    if (*place == NULL) {
        vm_fail("no such thread is left to be joined");
    }
    while (!thread->ended) {
        if (thread->waits_for != NULL) {
            vm_fail("the library waits for ever for a thread that waits for it");
        }
        run(thread);
    }
    *place = thread->next;
    (void)pthread_join(thread->thread, NULL);
    (void)sem_destroy(&thread->go);
    (void)sem_destroy(&thread->stopped);
    if (result != NULL) {
        *result = thread->result;
    }
    free(thread);
    return 0;
}

bool vm_threads_of(const struct library *library)
{
    ErlNifTid thread = threads;
    while (thread != NULL && thread->execution.library != library) {
        thread = thread->next;
    }
    return thread != NULL;
}

bool vm_any_thread(void)
{
    return threads != NULL;
}

/* MUTEXES AND CONDITIONS */

ErlNifMutex *enif_mutex_create(char *name)
{
    (void)name;
    ErlNifMutex *mutex = vm_allocate(sizeof *mutex);
    if (mutex != NULL) {
        mutex->held = false;
    }
    return mutex;
}

void enif_mutex_destroy(ErlNifMutex *mtx)
{
    if (mtx->held) {
        vm_fail("a mutex is destroyed while it is held");
    }
    vm_release(mtx);
}

static void hold(ErlNifMutex *mutex)
{
    if (mutex->held) {
        vm_fail("a mutex is locked that is never unlocked");
    }
    mutex->held = true;
    held++;
}

/* Before it locks, a thread stops: others may come first. */
void enif_mutex_lock(ErlNifMutex *mutex)
{
    if (running != NULL) {
        stop_here(running);
    }
    hold(mutex);
}

void enif_mutex_unlock(ErlNifMutex *mutex)
{
    if (!mutex->held) {
        vm_fail("a mutex is unlocked that is not held");
    }
    mutex->held = false;
    held--;
}

ErlNifCond *enif_cond_create(char *name)
{
    (void)name;
    ErlNifCond *condition = vm_allocate(sizeof *condition);
    if (condition != NULL) {
        condition->waiting = 0;
    }
    return condition;
}

void enif_cond_destroy(ErlNifCond *cnd)
{
    if (cnd->waiting > 0) {
        vm_fail("a condition is destroyed for which a thread waits");
    }
    vm_release(cnd);
}

void enif_cond_signal(ErlNifCond *condition)
{
    ErlNifTid thread = threads;
    while (thread != NULL && thread->waits_for != condition) {
        thread = thread->next;
    }
    if (thread != NULL) {
        thread->waits_for = NULL;
    }
}

void enif_cond_wait(ErlNifCond *condition, ErlNifMutex *mutex)
{
    ErlNifTid thread = running;
    if (thread == NULL) {
        vm_fail("a scheduler waits for a condition");
    }
    enif_mutex_unlock(mutex);
    thread->waits_for = condition;
    condition->waiting++;
    stop_here(thread);
    condition->waiting--;
    thread->waits_for = NULL;
    hold(mutex);
}
