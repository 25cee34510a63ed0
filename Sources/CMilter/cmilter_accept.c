#define _GNU_SOURCE
#include "CMilter.h"
#include "cmilter_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

/* The socket whose connections are guarded, and the number from which on a connection is refused. */
static atomic_int guarded = -1;
static atomic_int first_refused = INT_MAX;
static atomic_long refused;
/* Given up for a moment to take a connection that has to be refused. Only the listener's thread touches it. */
static int spare = -1;

void cmilter_guard_listener(int listener, int first_refused_descriptor)
{
    atomic_store(&first_refused, first_refused_descriptor);
    atomic_store(&guarded, listener);
}

long cmilter_refused_connections(void) { return atomic_load(&refused); }

static void refuse(int descriptor)
{
    close(descriptor);
    atomic_fetch_add(&refused, 1);
}

static void refuse_by_spare(int listener)
{
    if (spare >= 0) close(spare);
    int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (descriptor >= 0) {
        refuse(descriptor);
    } else {
        /* Somebody else took the place: a connection waits, and the caller would come again at once. */
        const struct timespec pause = { .tv_nsec = 20000000 };
        nanosleep(&pause, NULL);
    }
    spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/*
 * Takes a connection, unless that would leave too few descriptors: then it is closed at once, and the MTA does what
 * it does without a filter.
 *
 * QUIRK: libmilter cannot be told to take no more connections. Without a descriptor its listener leaves the connection where
 * it is and asks again at once, at the cost of a whole core (listener.c, mi_listener, EMFILE), and with the last one taken
 * nothing is left to ask scanners with. libmilter finds this accept before libc's. It is a symbol without our prefix, as sigwait
 * is, and serves all other callers as libc's does.
 */
int accept(int listener, __SOCKADDR_ARG address, socklen_t *restrict size)
{
    if (listener != atomic_load(&guarded)) return accept4(listener, address, size, 0);
    if (spare < 0) spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int descriptor = accept4(listener, address, size, SOCK_CLOEXEC);
    if (descriptor >= 0 && descriptor < atomic_load(&first_refused)) {
        cmilter_connection_taken(descriptor);
        return descriptor;
    }
    if (descriptor >= 0) {
        refuse(descriptor);
    } else if (errno == EMFILE || errno == ENFILE) {
        refuse_by_spare(listener);
    } else {
        return descriptor;
    }
    /* For libmilter the client has gone; it goes on with the next. */
    errno = ECONNABORTED;
    return -1;
}
