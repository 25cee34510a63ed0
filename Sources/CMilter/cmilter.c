#define _GNU_SOURCE
#include "CMilter.h"

#include <errno.h>
#include <grp.h>
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* libmilter only reads the text that it is given; its header does not say so. */
#define TEXT(s) ((char *)(uintptr_t)(s))

int cmilter_register(const char *name, const struct cmilter_callbacks *callbacks)
{
    struct smfiDesc filter = {
        .xxfi_name = TEXT(name),
        .xxfi_version = SMFI_VERSION,
        .xxfi_flags = SMFIF_NONE, /* xxfi_negotiate says what is wanted */
        .xxfi_connect = callbacks->connect,
        .xxfi_helo = callbacks->helo,
        .xxfi_envfrom = callbacks->mail,
        .xxfi_envrcpt = callbacks->recipient,
        .xxfi_header = callbacks->header,
        .xxfi_eoh = callbacks->end_of_headers,
        .xxfi_body = callbacks->body,
        .xxfi_eom = callbacks->end_of_message,
        .xxfi_abort = callbacks->abort,
        .xxfi_close = callbacks->close,
        .xxfi_unknown = callbacks->unknown_command,
        .xxfi_data = callbacks->data,
        .xxfi_negotiate = callbacks->negotiate,
    };
    return smfi_register(filter);
}

int cmilter_set_connection(const char *address) { return smfi_setconn(TEXT(address)); }

int cmilter_open_socket(mode_t mode)
{
    mode_t before = umask(~mode & 0777);
    int result = smfi_opensocket(false);
    umask(before);
    return result;
}

/*
 * Keeps SIGHUP, SIGTERM and SIGINT from libmilter, which stops at each of them, SIGHUP too (signal.c, mi_signal_thread).
 *
 * QUIRK: libmilter has no call for that. Its thread waits in sigwait for these three, and although the kernel gives a
 * signal to the main thread as a rule, it gives it to that waiting thread while the main thread is busy with the one
 * before: a second reload in quick succession stops the filter. So this sigwait, which libmilter finds before libc's,
 * lets that one wait for ever. It is the one symbol here without our prefix, and serves all other callers as libc's does.
 */
int sigwait(const sigset_t *restrict set, int *restrict number)
{
    const bool is_libmilter = sigismember(set, SIGHUP) == 1 && sigismember(set, SIGTERM) == 1 && sigismember(set, SIGINT) == 1;
    while (is_libmilter) pause();
    do {
        *number = sigwaitinfo(set, NULL);
    } while (*number < 0 && errno == EINTR);
    return *number < 0 ? errno : 0;
}

static void *run(void *argument)
{
    void (*ended)(int) = (void (*)(int))(uintptr_t)argument;
    ended(smfi_main());
    return NULL;
}

/* The thread and all that is started from it have every signal but a fault blocked: signals stay with the main thread. */
static int start_deaf_thread(void *(*body)(void *), void *argument)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t blocked, before;
    int error = pthread_attr_init(&attributes);
    if (error != 0) return error;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);

    const int faults[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS };
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) sigdelset(&blocked, faults[i]);
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    error = pthread_create(&thread, &attributes, body, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return error;
}

int cmilter_start(void (*ended)(int result))
{
    return start_deaf_thread(run, (void *)(uintptr_t)ended);
}

static void *run_beside(void *argument)
{
    void (*body)(void) = (void (*)(void))(uintptr_t)argument;
    body();
    return NULL;
}

int cmilter_start_beside(void (*body)(void))
{
    return start_deaf_thread(run_beside, (void *)(uintptr_t)body);
}

static atomic_int workers;
static pthread_key_t worker_key;
static pthread_once_t worker_key_once = PTHREAD_ONCE_INIT;
static _Thread_local bool is_known_worker;

static void worker_ended(void *unused)
{
    (void)unused;
    atomic_fetch_sub(&workers, 1);
}

static void make_worker_key(void) { pthread_key_create(&worker_key, worker_ended); }

void cmilter_note_worker(void)
{
    if (is_known_worker) return;
    is_known_worker = true;
    pthread_once(&worker_key_once, make_worker_key);
    /* Any value but NULL: it has the destructor called when the thread ends. Without that the count could only grow. */
    if (pthread_setspecific(worker_key, &is_known_worker) == 0) atomic_fetch_add(&workers, 1);
}

int cmilter_known_workers(void) { return atomic_load(&workers); }

void *cmilter_private(SMFICTX *context) { return smfi_getpriv(context); }
int cmilter_set_private(SMFICTX *context, void *data) { return smfi_setpriv(context, data); }
const char *cmilter_macro(SMFICTX *context, const char *name) { return smfi_getsymval(context, TEXT(name)); }

int cmilter_ask_macros(SMFICTX *context, int stage, const char *names)
{
    return smfi_setsymlist(context, stage, TEXT(names));
}

int cmilter_set_reply(SMFICTX *context, const char *code, const char *enhanced_code, const char *const *lines, int count)
{
    const char *l[32] = { NULL };
    if (count < 1 || count > 32) return MI_FAILURE;
    for (int i = 0; i < count; i++) l[i] = lines[i];
    return smfi_setmlreply(context, code, enhanced_code,
                           l[0], l[1], l[2], l[3], l[4], l[5], l[6], l[7], l[8], l[9], l[10], l[11], l[12], l[13], l[14],
                           l[15], l[16], l[17], l[18], l[19], l[20], l[21], l[22], l[23], l[24], l[25], l[26], l[27], l[28],
                           l[29], l[30], l[31], (char *)NULL);
}

int cmilter_progress(SMFICTX *context) { return smfi_progress(context); }

int cmilter_add_header(SMFICTX *context, const char *name, const char *value)
{
    return smfi_addheader(context, TEXT(name), TEXT(value));
}

int cmilter_insert_header(SMFICTX *context, int index, const char *name, const char *value)
{
    return smfi_insheader(context, index, TEXT(name), TEXT(value));
}

int cmilter_change_header(SMFICTX *context, const char *name, int index, const char *value)
{
    return smfi_chgheader(context, TEXT(name), index, TEXT(value));
}

int cmilter_delete_header(SMFICTX *context, const char *name, int index)
{
    return smfi_chgheader(context, TEXT(name), index, NULL);
}

int cmilter_change_sender(SMFICTX *context, const char *address, const char *parameters)
{
    return smfi_chgfrom(context, TEXT(address), TEXT(parameters));
}

int cmilter_add_recipient(SMFICTX *context, const char *address) { return smfi_addrcpt(context, TEXT(address)); }

int cmilter_add_recipient_with(SMFICTX *context, const char *address, const char *parameters)
{
    return smfi_addrcpt_par(context, TEXT(address), TEXT(parameters));
}

int cmilter_delete_recipient(SMFICTX *context, const char *address) { return smfi_delrcpt(context, TEXT(address)); }

int cmilter_replace_body(SMFICTX *context, const uint8_t *bytes, int count)
{
    return smfi_replacebody(context, (unsigned char *)(uintptr_t)bytes, count);
}

int cmilter_quarantine(SMFICTX *context, const char *reason) { return smfi_quarantine(context, TEXT(reason)); }

int cmilter_probe_unix(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path) return ENAMETOOLONG;
    strcpy(address.sun_path, path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return errno;
    int error = connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
    close(descriptor);
    return error;
}

int cmilter_probe_inet(int family, const char *host, uint16_t port)
{
    struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_STREAM }, *found = NULL;
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    int error = getaddrinfo(host, service, &hints, &found);
    if (error != 0) return error;
    int one = 1;
    int descriptor = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    error = descriptor < 0 ? errno : 0;
    if (error == 0) {
        /* As libmilter does it, or a port in TIME_WAIT would look taken. */
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        /* Two sockets may be bound so; only one may listen. */
        if (bind(descriptor, found->ai_addr, found->ai_addrlen) != 0 || listen(descriptor, 1) != 0) error = errno;
        close(descriptor);
    }
    freeaddrinfo(found);
    return error;
}

static bool listens(int descriptor, int family)
{
    int value = 0;
    socklen_t size = sizeof value;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) != 0 || value == 0) return false;
    size = sizeof value;
    return getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &value, &size) == 0 && value == family;
}

int cmilter_find_listener(int family, const int *known, int count)
{
    struct rlimit limit;
    int end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (int)limit.rlim_cur : 65536;
    for (int descriptor = 0; descriptor < end; descriptor++) {
        bool isKnown = false;
        for (int i = 0; i < count && !isKnown; i++) isKnown = known[i] == descriptor;
        if (!isKnown && listens(descriptor, family)) return descriptor;
    }
    return -1;
}

int cmilter_connect_to(int listener)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getsockname(listener, (struct sockaddr *)&address, &size) != 0) return -errno;
    int descriptor = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    if (connect(descriptor, (struct sockaddr *)&address, size) == 0 || errno == EINPROGRESS) return descriptor;
    int error = errno;
    close(descriptor);
    return -error;
}

int cmilter_knock(int listener)
{
    int descriptor = cmilter_connect_to(listener);
    if (descriptor < 0) return -descriptor;
    close(descriptor);
    return 0;
}

uint16_t cmilter_bound_port(int descriptor)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getsockname(descriptor, (struct sockaddr *)&address, &size) != 0) return 0;
    if (address.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&address)->sin_port);
    if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return 0;
}

int cmilter_send_at_once(int descriptor)
{
    int one = 1;
    return setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0 ? 0 : errno;
}

void cmilter_map_buffers(int size)
{
    mallopt(M_MMAP_THRESHOLD, size);
}

int cmilter_group_id(const char *name, gid_t *id)
{
    struct group entry, *found = NULL;
    size_t size = 1024;
    char *buffer = NULL;
    int error;
    do {
        size *= 2;
        char *larger = realloc(buffer, size);
        if (larger == NULL) {
            free(buffer);
            return ENOMEM;
        }
        buffer = larger;
        error = getgrnam_r(name, &entry, buffer, size, &found);
    } while (error == ERANGE && size < (1u << 22));
    if (error == 0 && found == NULL) error = ENOENT;
    if (error == 0) *id = entry.gr_gid;
    free(buffer);
    return error;
}
