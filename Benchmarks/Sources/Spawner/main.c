/*
 * Runs a command again and again, some at a time, each with a file as its standard input: what a mail server does that starts a
 * program for every message. Prints how long it took and what the processes cost.
 *
 * Spawner REQUESTS AT_ONCE FILE COMMAND [ARGUMENT ...]
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

int main(int count, char **arguments) {
    if (count < 5) {
        fputs("usage: Spawner REQUESTS AT_ONCE FILE COMMAND [ARGUMENT ...]\n", stderr);
        return 64;
    }
    int requests = atoi(arguments[1]), at_once = atoi(arguments[2]), failed = 0, running = 0;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, arguments[3], O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    double start = now();
    for (int begun = 0; begun < requests || running > 0;) {
        while (begun < requests && running < at_once) {
            pid_t pid;
            if (posix_spawnp(&pid, arguments[4], &actions, NULL, arguments + 4, environ) != 0) return 71;
            begun++;
            running++;
        }
        int status;
        if (wait(&status) < 0) break;
        running--;
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) failed++;
    }
    double wall = now() - start;
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    double cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    printf("{\"requests\":%d,\"failed\":%d,\"seconds\":%.3f,\"cpu_us\":%.1f}\n", requests, failed, wall, cpu / requests * 1e6);
    return failed > 0;
}
