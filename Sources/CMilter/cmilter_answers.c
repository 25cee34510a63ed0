/*
 * Tells when an answer has left. libmilter writes it after the callback has returned, and tells nobody; whoever wants to end the
 * process must know. But a worker that has written comes back to us: it asks poll for the connection's next command, reads that
 * without asking, or has the connection's close called (engine.c, mi_engine). So a thread that took a command and did not come
 * back owes its answer.
 *
 * Each thread notes that for itself, and the few who ask look at all threads: a command costs a thread two stores to memory of its
 * own. Instead of "owes" it notes the mark in force, so that whoever asks about one moment need not wait for what came later.
 */
#include "CMilter.h"
#include "cmilter_internal.h"

#include <pthread.h>
#include <stdatomic.h>

static atomic_uint mark = 1;

static _Thread_local struct worker {
    /* The mark under which this thread took its command; 0 when it is answered. */
    atomic_uint taken_under;
    bool is_listed;
    struct worker *next, **link;
} own;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct worker *all;
/* Whether commands pass through here, and whether a thread could not be listed. */
static bool is_used, is_incomplete;

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static bool has_key;

/* The thread ends; its memory goes after this. */
static void forget(void *pointer)
{
    struct worker *worker = pointer;
    pthread_mutex_lock(&lock);
    *worker->link = worker->next;
    if (worker->next) worker->next->link = worker->link;
    pthread_mutex_unlock(&lock);
}

static void make_key(void) { has_key = pthread_key_create(&key, forget) == 0; }

static void list_own(void)
{
    pthread_once(&key_once, make_key);
    own.is_listed = true;
    const bool can_be_forgotten = has_key && pthread_setspecific(key, &own) == 0;
    pthread_mutex_lock(&lock);
    is_used = true;
    if (can_be_forgotten) {
        own.next = all;
        own.link = &all;
        if (all) all->link = &own.next;
        all = &own;
    } else {
        is_incomplete = true;
    }
    pthread_mutex_unlock(&lock);
}

void cmilter_command_taken(void)
{
    if (!own.is_listed) list_own();
    atomic_store_explicit(&own.taken_under, atomic_load_explicit(&mark, memory_order_relaxed), memory_order_relaxed);
}

void cmilter_command_answered(void)
{
    atomic_store_explicit(&own.taken_under, 0, memory_order_release);
}

unsigned cmilter_mark_commands(void) { return atomic_fetch_add(&mark, 1); }

int cmilter_owed_answers(unsigned until)
{
    int count = 0;
    pthread_mutex_lock(&lock);
    for (struct worker *worker = all; worker; worker = worker->next) {
        const unsigned taken_under = atomic_load_explicit(&worker->taken_under, memory_order_acquire);
        count += taken_under != 0 && taken_under <= until;
    }
    if (!is_used || is_incomplete) count = -1;
    pthread_mutex_unlock(&lock);
    return count;
}
