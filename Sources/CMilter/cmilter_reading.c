/*
 * Reads what the MTA sends for libmilter, which for a message of 4 KB takes 175 system calls for it: for each of some 35 commands it
 * waits, waits again, reads five bytes, waits, and reads the rest (engine.c, mi_engine; comm.c, mi_rd_cmd). Here as much is read
 * at a time as has arrived, and the commands behind the first are kept for the next calls.
 *
 * Kept bytes belong to the thread that read them. That is enough: the engine stays with a connection until poll(2) says that nothing
 * has arrived, and our poll says otherwise as long as there are kept bytes. Only then does the connection go back to the pool, and
 * maybe to another thread. When the engine ends a connection instead, kept bytes are void: the number that `taken` has for a
 * descriptor tells the next connection under it from the one before. (No callback may ask poll about one descriptor: after an end
 * that is not seen here, as a reply that could not be written, it might have the number of the connection that ended.)
 *
 * What differs from libmilter's reading: what a mail server sent before it closed is read, where libmilter gives up at the close if the
 * socket is a unix one; a length of nothing, or of more than a command may have, ends the connection; nothing is told to syslog.
 *
 * Both functions have the names of those they replace, as accept and sigwait do; libmilter finds them first, for calls between its
 * files go through the table of symbols. Where it asks another poll than ours, or none, or where it did not take the connection by our
 * accept, nothing is read ahead, and libmilter reads for itself.
 */
#define _GNU_SOURCE
#include "CMilter.h"
#include "cmilter_internal.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

/* What the engine is told in place of a command (libmilter.h, SMFIC_TIMEOUT and its neighbours). */
enum failure { timed_out = 1, wait_failed = 2, out_of_memory = 3, read_failed = 4, end_of_stream = 5, too_big = 7 };

/* A command: its length as four bytes, its letter, and as many bytes as the length says, the letter counted. */
enum { header_size = 5, most_data = 65535, room = 8192, most_descriptors = 65536, most_seconds = 2000000 };

/* Which connection this is under its descriptor; 0 when it is not one that our accept has taken. */
static atomic_uint taken[most_descriptors];

static _Thread_local struct {
    int socket;
    unsigned taken;
    /* Which one was asked last whether it can be read. */
    int asked;
    /* The kept bytes: bytes[start..<end]. */
    size_t start, end;
    char bytes[room];
} kept;

void cmilter_connection_taken(int descriptor)
{
    if (descriptor < most_descriptors && atomic_fetch_add(&taken[descriptor], 1) == UINT32_MAX) atomic_store(&taken[descriptor], 1);
}

static unsigned number_of(int socket)
{
    return socket >= 0 && socket < most_descriptors ? atomic_load(&taken[socket]) : 0;
}

static size_t kept_of(int socket)
{
    if (kept.start == kept.end || kept.socket != socket || kept.taken != number_of(socket)) return 0;
    return kept.end - kept.start;
}

static int wait_for(struct pollfd *entries, nfds_t count, int milliseconds)
{
    const struct timespec time = { .tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L };
    return ppoll(entries, count, milliseconds < 0 ? NULL : &time, NULL);
}

int poll(struct pollfd *entries, nfds_t count, int milliseconds);

int poll(struct pollfd *entries, nfds_t count, int milliseconds)
{
    if (count == 1 && entries && entries->events & POLLIN) {
        kept.asked = entries->fd;
        if (kept.socket == entries->fd) cmilter_command_answered();
        if (kept_of(entries->fd) > 0) {
            entries->revents = POLLIN;
            return 1;
        }
    }
    return wait_for(entries, count, milliseconds);
}

/* At least one byte, at most `count`; a negative failure instead. */
static ssize_t receive(int socket, char *bytes, size_t count, const struct timeval *timeout)
{
    for (;;) {
        ssize_t got = recv(socket, bytes, count, MSG_DONTWAIT);
        if (got > 0) return got;
        if (got == 0) return -end_of_stream;
        if (errno == EINTR) continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) return -read_failed;
        struct pollfd entry = { .fd = socket, .events = POLLIN };
        const long seconds = timeout->tv_sec < most_seconds ? timeout->tv_sec : most_seconds;
        int ready = wait_for(&entry, 1, (int)(seconds * 1000 + timeout->tv_usec / 1000));
        if (ready == 0) return -timed_out;
        if (ready < 0 && errno != EINTR) return -wait_failed;
    }
}

/* Has at least `count` bytes kept, which the room must be large enough for; 0, or a negative failure. */
static ssize_t keep(int socket, size_t count, const struct timeval *timeout)
{
    if (kept.start + count > room) {
        memmove(kept.bytes, kept.bytes + kept.start, kept.end - kept.start);
        kept.end -= kept.start;
        kept.start = 0;
    }
    while (kept.end - kept.start < count) {
        ssize_t got = receive(socket, kept.bytes + kept.end, room - kept.end, timeout);
        if (got < 0) return got;
        kept.end += (size_t)got;
    }
    return 0;
}

static void take(char *bytes, size_t count)
{
    memcpy(bytes, kept.bytes + kept.start, count);
    kept.start += count;
    if (kept.start == kept.end) kept.start = kept.end = 0;
}

/* The data of a command, of which some may be kept; 0, or a negative failure. */
static ssize_t read_data(int socket, char *data, size_t count, const struct timeval *timeout)
{
    size_t have = kept.end - kept.start < count ? kept.end - kept.start : count;
    take(data, have);
    /* A large rest is not copied twice. */
    while (count - have > room) {
        ssize_t got = receive(socket, data + have, count - have, timeout);
        if (got < 0) return got;
        have += (size_t)got;
    }
    ssize_t error = have < count ? keep(socket, count - have, timeout) : 0;
    if (error == 0) take(data + have, count - have);
    return error;
}

/* As mi_rd_cmd, for a connection that is read ahead. */
static char *read_command(int socket, const struct timeval *timeout, char *command, size_t *length)
{
    *command = 0;
    *length = 0;
    ssize_t error = keep(socket, header_size, timeout);
    if (error < 0) {
        *command = (char)-error;
        return NULL;
    }
    char header[header_size];
    take(header, header_size);
    uint32_t size;
    memcpy(&size, header, sizeof size);
    size = ntohl(size);
    if (size < 1 || size - 1 > most_data) {
        *command = too_big;
        return NULL;
    }
    *command = header[header_size - 1];
    /* libmilter gives none where there is no data, and takes an error for one only with a letter below a blank. */
    if (size == 1) return NULL;
    char *data = malloc(size - 1);
    error = data ? read_data(socket, data, size - 1, timeout) : -out_of_memory;
    if (error < 0) {
        free(data);
        *command = (char)-error;
        return NULL;
    }
    *length = size - 1;
    return data;
}

/* libmilter's own reading of a command, in libmilter.so. */
typedef char *reading(int socket, struct timeval *timeout, char *command, size_t *length, char *name);

static reading *library_reading;
static pthread_once_t found = PTHREAD_ONCE_INIT;

static void find(void) { library_reading = (reading *)dlsym(RTLD_NEXT, "mi_rd_cmd"); }

/* Whether a list of macros, behind the letter of its stage, is names and values in turn, each ended by NUL. */
static bool comes_in_pairs(const char *list, size_t length)
{
    size_t strings = 0;
    for (size_t at = 0; at < length; at++) strings += list[at] == '\0';
    return strings % 2 == 0 && (length == 0 || list[length - 1] == '\0');
}

char *mi_rd_cmd(int socket, struct timeval *timeout, char *command, size_t *length, char *name);

/*
 * Reads a command of the MTA's; of a list of macros that does not come in pairs only the stage is left.
 *
 * QUIRK: smfi_getsymval looks at every second entry of the list for the name, and at its end for NULL (smfi.c). With an odd
 * number of entries it steps over that end and reads on in memory that is not its own, until the filter crashes. No MTA sends
 * such a list, but whoever can reach the socket may. This can go when smfi_getsymval ends at either NULL.
 */
char *mi_rd_cmd(int socket, struct timeval *timeout, char *command, size_t *length, char *name)
{
    const bool sees_kept = kept.asked == socket;
    const unsigned number = number_of(socket);
    char *data = NULL;
    cmilter_command_answered();
    kept.asked = -1;
    if (kept.socket != socket || kept.taken != number) {
        kept.socket = socket;
        kept.taken = number;
        kept.start = kept.end = 0;
    }
    if (number != 0 && (sees_kept || kept.start < kept.end)) {
        data = read_command(socket, timeout, command, length);
    } else {
        pthread_once(&found, find);
        *command = read_failed;
        if (library_reading) data = library_reading(socket, timeout, command, length, name);
        /* Its own waiting was no question of the engine's. */
        kept.asked = -1;
    }
    /* The engine ends the connection. */
    if (*command == 'Q' || (!data && *command < ' ')) kept.start = kept.end = 0;
    if (data && *command == 'D' && *length > 1 && !comes_in_pairs(data + 1, *length - 1)) *length = 1;
    cmilter_command_taken();
    return data;
}
