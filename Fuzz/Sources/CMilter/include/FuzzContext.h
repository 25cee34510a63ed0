/* A connection of the stand-in for libmilter (standin.c). */
#ifndef FUZZ_CONTEXT_H
#define FUZZ_CONTEXT_H

#include "CMilter.h"

#pragma clang assume_nonnull begin

SMFICTX *fuzz_open(void);
void fuzz_close(SMFICTX *context);

#pragma clang assume_nonnull end

#endif
