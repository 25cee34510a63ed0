/*
 * libFuzzer's own entry, which no header of it declares: runs `one` on inputs until told to stop. With it a program of ours can say
 * which target is meant before libFuzzer begins.
 */
#ifndef FUZZ_DRIVER_H
#define FUZZ_DRIVER_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*one)(const uint8_t *data, size_t size));

#endif
