/*
 * libmilter as a fuzz target sees it: no socket and no threads. What a callback asks for goes to Swift (MTA.swift), which checks it. What
 * only a listener needs does nothing.
 */
#include "FuzzContext.h"

#include <errno.h>
#include <stdlib.h>

extern const char *fuzz_macro(const char *name);
extern int fuzz_edit(char kind, int index, const char *name, const char *value);
extern int fuzz_reply(const char *code, const char *enhanced_code, const char *line);

struct smfi_str {
    void *session;
};

SMFICTX *fuzz_open(void) { return calloc(1, sizeof(struct smfi_str)); }
void fuzz_close(SMFICTX *context) { free(context); }

void *cmilter_private(SMFICTX *context) { return context->session; }

int cmilter_set_private(SMFICTX *context, void *data)
{
    context->session = data;
    return MI_SUCCESS;
}

const char *cmilter_macro(SMFICTX *context, const char *name)
{
    (void)context;
    return fuzz_macro(name);
}

int cmilter_ask_macros(SMFICTX *context, int stage, const char *names)
{
    (void)context;
    return fuzz_edit('l', stage, names, NULL);
}

int cmilter_set_reply(SMFICTX *context, const char *code, const char *enhanced_code, const char *const *lines, int count)
{
    (void)context;
    if (count < 1 || count > 32) return MI_FAILURE;
    for (int i = 0; i < count; i++)
        if (fuzz_reply(code, enhanced_code, lines[i]) != MI_SUCCESS) return MI_FAILURE;
    return MI_SUCCESS;
}

#define EDIT(kind, index, name, value) ((void)context, fuzz_edit(kind, index, name, value))

int cmilter_progress(SMFICTX *context) { return EDIT('p', 0, NULL, NULL); }
int cmilter_add_header(SMFICTX *context, const char *name, const char *value) { return EDIT('h', 0, name, value); }
int cmilter_insert_header(SMFICTX *context, int index, const char *name, const char *value) { return EDIT('i', index, name, value); }
int cmilter_change_header(SMFICTX *context, const char *name, int index, const char *value) { return EDIT('m', index, name, value); }
int cmilter_delete_header(SMFICTX *context, const char *name, int index) { return EDIT('d', index, name, NULL); }
int cmilter_change_sender(SMFICTX *context, const char *address, const char *parameters) { return EDIT('e', 0, address, parameters); }
int cmilter_add_recipient(SMFICTX *context, const char *address) { return EDIT('+', 0, address, NULL); }
int cmilter_add_recipient_with(SMFICTX *context, const char *address, const char *parameters) { return EDIT('2', 0, address, parameters); }
int cmilter_delete_recipient(SMFICTX *context, const char *address) { return EDIT('-', 0, address, NULL); }
int cmilter_replace_body(SMFICTX *context, const uint8_t *bytes, int count) { return EDIT('b', bytes != NULL ? count : 0, NULL, NULL); }
int cmilter_quarantine(SMFICTX *context, const char *reason) { return EDIT('q', 0, NULL, reason); }

/* A listener's. */
int cmilter_register(const char *name, const struct cmilter_callbacks *callbacks) { return name != NULL && callbacks != NULL ? MI_FAILURE : MI_SUCCESS; }
int cmilter_set_connection(const char *address) { return address != NULL ? MI_FAILURE : MI_SUCCESS; }
int cmilter_open_socket(mode_t mode) { return mode == 0 ? MI_SUCCESS : MI_FAILURE; }
int cmilter_start(void (*ended)(int result)) { return ended != NULL ? ENOSYS : 0; }
int cmilter_start_beside(void (*body)(void)) { return body != NULL ? ENOSYS : 0; }
int cmilter_probe_unix(const char *path) { return path != NULL ? ENOSYS : 0; }
int cmilter_probe_inet(int family, const char *host, uint16_t port) { return family + port > 0 && host != NULL ? ENOSYS : 0; }
int cmilter_find_listener(int family, const int *known, int count) { return family > 0 && known != NULL && count > 0 ? -1 : -1; }
int cmilter_knock(int listener) { return listener >= 0 ? ENOSYS : 0; }
uint16_t cmilter_bound_port(int descriptor) { return descriptor >= 0 ? 0 : 0; }
int cmilter_send_at_once(int descriptor) { return descriptor >= 0 ? ENOSYS : 0; }
int cmilter_group_id(const char *name, gid_t *id) { return name != NULL && id != NULL ? ENOENT : 0; }
void cmilter_note_worker(void) {}
int cmilter_known_workers(void) { return 0; }
unsigned cmilter_mark_commands(void) { return 0; }
int cmilter_owed_answers(unsigned mark) { return mark == 0 ? 0 : -1; }
void cmilter_command_answered(void) {}
void cmilter_guard_listener(int listener, int first_refused_descriptor) { (void)listener, (void)first_refused_descriptor; }
int cmilter_connect_to(int listener) { return listener >= 0 ? -ENOSYS : -EBADF; }
long cmilter_refused_connections(void) { return 0; }
void cmilter_map_buffers(int size) { (void)size; }
