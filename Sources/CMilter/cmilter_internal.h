/* What the files of this folder share with one another alone. */
#ifndef CMILTER_INTERNAL_H
#define CMILTER_INTERNAL_H

/* A connection of an MTA's was taken under this descriptor: whatever was read under it before is void. */
void cmilter_connection_taken(int descriptor);

/* The thread that calls has got a command from libmilter's reading, or its end. */
void cmilter_command_taken(void);

#endif
