/*
 * A spamd that scans nothing: reads a request to its Content-length (and to the end of input, where spamd would wait for it),
 * answers SYMBOLS or CHECK, and closes. One thread, epoll, so that it costs as little as a server can.
 *
 * StandIn PATH   listens on a free port of 127.0.0.1 and on the unix socket PATH, prints the port, and ends with its
 *                standard input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct peer {
    int fd;
    int is_listener;
    size_t head_length, used;
    long body_length, body_read;
    char last, is_ended;
    char head[4096];
};

static const char check_answer[] = "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 1.3 / 5.0\r\n\r\n";
static const char symbols_answer[] =
    "SPAMD/1.1 0 EX_OK\r\nContent-length: 27\r\nSpam: False ; 1.3 / 5.0\r\n\r\nMSGID_SHORT,RCVD_ILLEGAL_IP";

static void watch(int poll, struct peer *peer) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = peer};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, peer->fd, &event) != 0) perror("epoll_ctl");
}

static int listener(int poll, const struct sockaddr *address, socklen_t length) {
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, address, length) != 0 || listen(fd, 4096) != 0) {
        perror("StandIn");
        exit(71);
    }
    struct peer *peer = calloc(1, sizeof *peer);
    peer->fd = fd;
    peer->is_listener = 1;
    watch(poll, peer);
    return fd;
}

static void leave(struct peer *peer) {
    close(peer->fd);
    free(peer);
}

static void answer(struct peer *peer) {
    const char *text = memcmp(peer->head, "CHECK", 5) == 0 ? check_answer : symbols_answer;
    if (send(peer->fd, text, strlen(text), MSG_NOSIGNAL) < 0 && errno != EPIPE && errno != ECONNRESET) perror("send");
    leave(peer);
}

/* Reads what there is. */
static void read_request(struct peer *peer) {
    static char chunk[256 << 10];
    for (;;) {
        ssize_t count = recv(peer->fd, chunk, sizeof chunk, 0);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) break;
        if (count <= 0) {
            peer->is_ended = 1;
            break;
        }
        size_t body = (size_t)count;
        if (peer->head_length == 0) {
            size_t room = sizeof peer->head - 1 - peer->used;
            size_t kept = (size_t)count < room ? (size_t)count : room;
            memcpy(peer->head + peer->used, chunk, kept);
            size_t before = peer->used;
            peer->used += kept;
            peer->head[peer->used] = 0;
            char *end = strstr(peer->head, "\r\n\r\n");
            if (end == NULL) continue;
            peer->head_length = (size_t)(end - peer->head) + 4;
            char *length = strstr(peer->head, "Content-length: ");
            peer->body_length = length != NULL && length < end ? atol(length + 16) : -1;
            body = (size_t)count - (peer->head_length - before);
        }
        peer->body_read += (long)body;
        if (body > 0) peer->last = chunk[count - 1];
    }
    int is_whole = peer->head_length > 0 && peer->body_length >= 0 && peer->body_read >= peer->body_length;
    if (peer->is_ended && peer->head_length == 0) {
        leave(peer);
    } else if (peer->is_ended || (is_whole && peer->last == '\n')) {
        answer(peer);
    }
}

int main(int count, char **arguments) {
    if (count != 2) {
        fputs("usage: StandIn PATH\n", stderr);
        return 64;
    }
    signal(SIGPIPE, SIG_IGN);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    struct sockaddr_in tcp = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = listener(poll, (struct sockaddr *)&tcp, sizeof tcp);
    socklen_t length = sizeof tcp;
    getsockname(fd, (struct sockaddr *)&tcp, &length);
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    strncpy(local.sun_path, arguments[1], sizeof local.sun_path - 1);
    unlink(local.sun_path);
    listener(poll, (struct sockaddr *)&local, sizeof local);
    struct peer leash = {.fd = STDIN_FILENO};
    watch(poll, &leash);
    printf("%d\n", ntohs(tcp.sin_port));
    fflush(stdout);
    for (;;) {
        struct epoll_event events[256];
        int ready = epoll_wait(poll, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            struct peer *peer = events[i].data.ptr;
            if (peer == &leash) {
                unlink(local.sun_path);
                return 0;
            }
            if (!peer->is_listener) {
                read_request(peer);
                continue;
            }
            int next;
            while ((next = accept4(peer->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
                struct peer *new = calloc(1, sizeof *new);
                new->fd = next;
                watch(poll, new);
            }
        }
    }
}
