/*
 * Takes UDP on as many free ports of 127.0.0.1 as its argument says and notes when the kernel got each packet, so that a
 * busy reader spoils no figure. Prints the ports in one line; at the end of its standard input, a line a packet:
 * place of the port, RTP sequence number, nanoseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct note {
  int place;
  unsigned sequence;
  int64_t at;
};

static struct note *notes;
static size_t count, room;

static void keep(int place, unsigned sequence, int64_t at) {
  if (count == room) {
    room = room ? 2 * room : 65536;
    notes = realloc(notes, room * sizeof *notes);
    if (!notes) exit(3);
  }
  notes[count++] = (struct note){place, sequence, at};
}

static void take(int socket, int place) {
  unsigned char data[2048];
  char control[256];
  struct iovec io = {data, sizeof data};
  struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t size = recvmsg(socket, &message, 0);
  /* RTCP may share the port (RFC 5761 section 4). */
  if (size < 12 || (data[1] >= 192 && data[1] <= 223)) return;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
    struct timespec at;
    memcpy(&at, CMSG_DATA(c), sizeof at);
    keep(place, data[2] << 8 | data[3], (int64_t)at.tv_sec * 1000000000 + at.tv_nsec);
  }
}

int main(int argc, char **argv) {
  int ports = argc > 1 ? atoi(argv[1]) : 0;
  if (ports < 1 || ports > 1000) return 2;
  struct pollfd *polled = calloc((size_t)ports + 1, sizeof *polled);
  if (!polled) return 3;
  for (int n = 0; n < ports; n++) {
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (s < 0 || bind(s, (struct sockaddr *)&address, length) < 0) return 3;
    if (setsockopt(s, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) < 0) return 3;
    if (getsockname(s, (struct sockaddr *)&address, &length) < 0) return 3;
    polled[n] = (struct pollfd){.fd = s, .events = POLLIN};
    printf("%d ", ntohs(address.sin_port));
  }
  polled[ports] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
  printf("\n");
  fflush(stdout);
  while (poll(polled, (nfds_t)ports + 1, -1) > 0) {
    for (int n = 0; n < ports; n++)
      if (polled[n].revents & POLLIN) take(polled[n].fd, n);
    if (polled[ports].revents) break;
  }
  for (size_t n = 0; n < count; n++) printf("%d %u %lld\n", notes[n].place, notes[n].sequence, (long long)notes[n].at);
  return 0;
}
