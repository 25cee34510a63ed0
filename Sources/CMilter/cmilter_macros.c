#define _GNU_SOURCE
#include "CMilter.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>
#include <sys/time.h>

/* libmilter's own reading of a command, in libmilter.so. */
typedef char *read_command(int socket, struct timeval *timeout, char *command, size_t *length, char *name);

static read_command *library_read_command;
static pthread_once_t found = PTHREAD_ONCE_INIT;

static void find(void) { library_read_command = (read_command *)dlsym(RTLD_NEXT, "mi_rd_cmd"); }

/* Whether a list of macros, behind the letter of its stage, is names and values in turn, each ended by NUL. */
static bool comes_in_pairs(const char *list, size_t length)
{
    size_t strings = 0;
    for (size_t at = 0; at < length; at++) strings += list[at] == '\0';
    return strings % 2 == 0 && (length == 0 || list[length - 1] == '\0');
}

/*
 * Reads a command of the MTA's as libmilter does; of a list of macros that does not come in pairs only the stage is left.
 *
 * QUIRK: smfi_getsymval looks at every second entry of the list for the name, and at its end for NULL (smfi.c). With an odd
 * number of entries it steps over that end and reads on in memory that is not its own, until the filter crashes. No MTA sends
 * such a list, but whoever can reach the socket may. libmilter finds this function before its own: calls between its files go through
 * the table of symbols. (Where they do not, this is never called.) It can go when smfi_getsymval ends at either NULL.
 */
char *mi_rd_cmd(int socket, struct timeval *timeout, char *command, size_t *length, char *name);

char *mi_rd_cmd(int socket, struct timeval *timeout, char *command, size_t *length, char *name)
{
    pthread_once(&found, find);
    if (!library_read_command) return NULL;
    char *data = library_read_command(socket, timeout, command, length, name);
    if (data && *command == 'D' && *length > 1 && !comes_in_pairs(data + 1, *length - 1)) *length = 1;
    return data;
}
