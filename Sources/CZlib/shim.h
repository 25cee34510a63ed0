/* zlib as the system has it. The module exists because zlib ships no module map of its own. */
#include <zlib.h>
