/*
 * libmilter for Swift. Only what Swift cannot call itself: functions with a variable number of arguments, parameters that
 * are `char *` for text which is only read, macros, socket addresses (unions and arrays in C), and a thread that begins
 * with its signals blocked. Nullability is stated, which mfapi.h does not do.
 *
 * Every symbol begins with cmilter_, save sigwait, accept and poll, which are meant to replace libc's for libmilter (see
 * cmilter.c, cmilter_accept.c, cmilter_reading.c), and mi_rd_cmd, which stands before libmilter's own (cmilter_reading.c):
 * libmilter.so exports many short names of Sendmail's own, and ours would replace them.
 */
#ifndef CMILTER_H
#define CMILTER_H

/* Before mfapi.h, which otherwise makes `bool` an int. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <libmilter/mfapi.h>

#pragma clang assume_nonnull begin

/* The callbacks, as in struct smfiDesc. All must be set. */
struct cmilter_callbacks {
    sfsistat (*negotiate)(SMFICTX *, unsigned long, unsigned long, unsigned long, unsigned long,
                          unsigned long *, unsigned long *, unsigned long *, unsigned long *);
    sfsistat (*connect)(SMFICTX *, char *_Nullable, struct sockaddr *_Nullable);
    sfsistat (*helo)(SMFICTX *, char *_Nullable);
    sfsistat (*mail)(SMFICTX *, char *_Nullable *_Nullable);
    sfsistat (*recipient)(SMFICTX *, char *_Nullable *_Nullable);
    sfsistat (*data)(SMFICTX *);
    sfsistat (*unknown_command)(SMFICTX *, const char *_Nullable);
    sfsistat (*header)(SMFICTX *, char *_Nullable, char *_Nullable);
    sfsistat (*end_of_headers)(SMFICTX *);
    sfsistat (*body)(SMFICTX *, unsigned char *_Nullable, size_t);
    sfsistat (*end_of_message)(SMFICTX *);
    sfsistat (*abort)(SMFICTX *);
    sfsistat (*close)(SMFICTX *);
};

/* Before the socket is opened. Each returns MI_SUCCESS or MI_FAILURE. */
int cmilter_register(const char *name, const struct cmilter_callbacks *callbacks);
int cmilter_set_connection(const char *address);

/* Binds and listens; the socket file's mode is `mode`, made so by the umask: no moment in which others may connect. */
int cmilter_open_socket(mode_t mode);

/* Runs smfi_main in a thread of its own in which every signal but a fault is blocked. Returns 0 or an errno. `ended` gets
   what smfi_main returned. */
int cmilter_start(void (*ended)(int result));

/* Runs `body` in a thread of its own that is as deaf to signals. Returns 0 or an errno. */
int cmilter_start_beside(void (*body)(void));

/* Counts the thread that calls as one of libmilter's workers, until it ends; libmilter does not tell how many it has. */
void cmilter_note_worker(void);

/* How many threads were counted and live. */
int cmilter_known_workers(void);

/* Begins a new count of the commands that MTAs send; returns the mark of those taken before. */
unsigned cmilter_mark_commands(void);

/* How many workers took a command no later than this mark, and have not written its answer yet, if it gets one. -1 when that is not
   known, as libmilter has read nothing through us. Should a libmilter with a pool of workers ask another poll than ours, a worker
   that rests counts too. */
int cmilter_owed_answers(unsigned mark);

/* Libmilter writes nothing more for the command that the thread which calls took last. For the callback of the connection's end: the
   others come back to our reading. */
void cmilter_command_answered(void);

/* In a callback. */
void *_Nullable cmilter_private(SMFICTX *context);
int cmilter_set_private(SMFICTX *context, void *_Nullable data);
const char *_Nullable cmilter_macro(SMFICTX *context, const char *name);

/* In xxfi_negotiate only, once for each stage (SMFIM_*). `names` are separated by blanks. */
int cmilter_ask_macros(SMFICTX *context, int stage, const char *names);

/* smfi_setmlreply takes its lines as separate arguments; at most 32. */
int cmilter_set_reply(SMFICTX *context, const char *code, const char *enhanced_code,
                      const char *_Nullable const *_Nonnull lines, int count);

/* In xxfi_eom only. */
int cmilter_progress(SMFICTX *context);
int cmilter_add_header(SMFICTX *context, const char *name, const char *value);
int cmilter_insert_header(SMFICTX *context, int index, const char *name, const char *value);
int cmilter_change_header(SMFICTX *context, const char *name, int index, const char *value);
int cmilter_delete_header(SMFICTX *context, const char *name, int index);
int cmilter_change_sender(SMFICTX *context, const char *address, const char *_Nullable parameters);
int cmilter_add_recipient(SMFICTX *context, const char *address);
int cmilter_add_recipient_with(SMFICTX *context, const char *address, const char *_Nullable parameters);
int cmilter_delete_recipient(SMFICTX *context, const char *address);
int cmilter_replace_body(SMFICTX *context, const uint8_t *_Nullable bytes, int count);
int cmilter_quarantine(SMFICTX *context, const char *reason);

/* Whether somebody listens on the unix socket at `path`: 0, or the errno of connect(2); EAGAIN means that the queue is full. */
int cmilter_probe_unix(const char *path);

/* Whether an inet (AF_INET) or inet6 (AF_INET6) address can be bound: 0, an errno, or a negative EAI_ code of the
   name's resolution. */
int cmilter_probe_inet(int family, const char *host, uint16_t port);

/* The descriptor of a listening socket of this family that is not among the `known` ones; -1 when there is none. */
int cmilter_find_listener(int family, const int *_Nullable known, int count);

/* Refuses connections of this listener that would get a descriptor of this number or a higher one, or none at all: they are
   closed at once. May be called again. */
void cmilter_guard_listener(int listener, int first_refused_descriptor);

/* How many were refused so. */
long cmilter_refused_connections(void);

/* Connects to a listening socket and hangs up at once. Returns 0 or an errno. */
int cmilter_knock(int listener);

/* Begins to connect to a listening socket of ours without waiting: a non-blocking descriptor, or a negative errno. */
int cmilter_connect_to(int listener);

/* The port to which an inet or inet6 socket is bound; 0 for others. */
uint16_t cmilter_bound_port(int descriptor);

/* Makes connections accepted from this listener send at once. Returns 0 or an errno. */
int cmilter_send_at_once(int descriptor);

/* Has allocations of `size` bytes and more mapped from the system one by one (mallopt(3), M_MMAP_THRESHOLD), which Glibc's
   module map leaves out. */
void cmilter_map_buffers(int size);

/* The id of a group: 0, ENOENT when there is none of that name, or another errno. */
int cmilter_group_id(const char *name, gid_t *id);

#pragma clang assume_nonnull end

#endif
