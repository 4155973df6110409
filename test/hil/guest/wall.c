// The wall: plays fingers, hook, housing and eyes on the lines of gpio-mockup. Its protocol is in README.md beside this.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define ROWS 4
#define COLUMNS 3
#define CONTACTS (ROWS * COLUMNS + 3)
#define HOOK (ROWS * COLUMNS)
#define TAMPER (HOOK + 1)
#define VOLUME (HOOK + 2)
#define NEVER INT64_MAX
#define MS 1000000LL

#define LABEL "gpio-mockup-A"
static const char KEYS[] = "123456789*0#";
static const int SWITCH_LINES[] = {8, 9, 10};
static const int LAMP_LINES[] = {11, 12};
static const char *const NAMES[] = {"hook", "tamper", "volume"}, *const LAMPS[] = {"line", "fault"};

// A contact as it is now, and where it is going: until `settled` it changes at random.
struct contact {
  int is, target;
  int64_t settled, next;
};
static struct contact contacts[CONTACTS];
// The level of each switch's line while its contact `is`.
static int active_level[3] = {1, 1, 0};
static int files[16], shown[16], lines_file, keys_file;
static int64_t bounce;
static uint64_t random_state = 1;
static char keys_path[256];

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 * MS + t.tv_nsec;
}

static uint64_t random_below(uint64_t limit) { // xorshift64*
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return (random_state * 2685821657736338717ULL >> 11) % limit;
}

static void seed(uint64_t with) { random_state = with * 0x9e3779b97f4a7c15ULL + 1; }

static void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  putchar('\n');
  fflush(stdout);
}

static void pull(int line, int level) {
  if (shown[line] == level) return;
  // These files cannot be sought in, and a write leaves the position at 0, where it must be.
  if (write(files[line], level ? "1" : "0", 1) != 1) say("event error line %d: %s", line, strerror(errno));
  shown[line] = level;
}

// What each line is: '0' or '1' where it is driven so, 'f' where it is an input or free. One call tells all.
static void look(char states[16]) {
  static char text[4096];
  memset(states, 'f', 16);
  ssize_t length = pread(lines_file, text, sizeof text - 1, 0);
  if (length <= 0) return;
  text[length] = 0;
  int base = -1, first;
  for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
    *end = 0;
    if (sscanf(line, "gpiochip%*d: GPIOs %d-", &first) == 1) base = strstr(line, LABEL ":") ? first : -1;
    char *state = strstr(line, ") out ");
    if (base >= 0 && state && sscanf(line, " gpio-%d", &first) == 1 && first >= base && first < base + 16)
      states[first - base] = state[6] == 'h' ? '1' : '0';
  }
}

// Moves a contact at `at`, by bounces if such are set, and tells of it.
static void move(int which, int to, int64_t at) {
  struct contact *c = &contacts[which];
  if (c->target == to) return;
  c->target = to;
  c->is = to;
  c->settled = at + bounce;
  c->next = bounce ? at + MS / 10 + (int64_t)random_below(14 * MS / 10) : NEVER;
}

static void announce(int which, int64_t at) {
  struct contact *c = &contacts[which];
  double ms = at / 1e6;
  if (which < HOOK) say("event key %c %s %.3f", KEYS[which], c->target ? "down" : "up", ms);
  else if (which == HOOK) say("event hook %s %.3f", c->target ? "off" : "on", ms);
  else if (which == TAMPER) say("event tamper %s %.3f", c->target ? "open" : "shut", ms);
  else say("event volume %s %.3f", c->target ? "down" : "up", ms);
}

// Lets due bounces happen; returns when the next is due.
static int64_t tick(int64_t at) {
  int64_t first = NEVER;
  for (int i = 0; i < CONTACTS; i++) {
    struct contact *c = &contacts[i];
    if (c->next <= at) {
      if (at >= c->settled) {
        c->is = c->target;
        c->next = NEVER;
      } else {
        c->is = !c->is;
        int64_t next = at + MS / 10 + (int64_t)random_below(14 * MS / 10);
        c->next = next < c->settled ? next : c->settled;
      }
    }
    if (c->next < first) first = c->next;
  }
  return first;
}

// Puts all contacts as they are now. The rows of the keypad follow in the kernel, where wires are never late.
static void wires(void) {
  static long shown_keys = -1;
  long keys = 0;
  for (int i = 0; i < HOOK; i++) keys |= (long)contacts[i].is << i;
  if (keys != shown_keys) {
    char text[16];
    int length = snprintf(text, sizeof text, "%ld", keys);
    if (write(keys_file, text, length) != length) say("event error keys: %s", strerror(errno));
    shown_keys = keys;
  }
  for (int i = 0; i < 3; i++) pull(SWITCH_LINES[i], contacts[HOOK + i].is ? active_level[i] : !active_level[i]);
}

// How often outputs were driven against each other through keys.
static int fights(void) {
  char text[16] = "";
  int file = open(keys_path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || read(file, text, sizeof text - 1) < 0) say("event error keys: %s", strerror(errno));
  close(file);
  return atoi(text);
}

// Plays until `until`, or until a command comes if that is NEVER.
static void play(int64_t until) {
  for (;;) {
    int64_t at = now();
    int64_t next = tick(at);
    wires();
    if (at >= until) return;
    struct pollfd input = {0, POLLIN, 0};
    if (next > until) next = until;
    int64_t left = next == NEVER ? NEVER : next - now();
    if (left <= 0) continue;
    struct timespec wait = {left / (1000 * MS), left % (1000 * MS)};
    if (ppoll(&input, until == NEVER, next == NEVER ? NULL : &wait, NULL) > 0) return;
  }
}

static void move_now(int which, int to) {
  int64_t at = now();
  move(which, to, at);
  wires();
  announce(which, at);
}

static void type_keys(long count, double rate, double down_ms) {
  int64_t period = (int64_t)(1000 * MS / rate), next = now() + period;
  for (long i = 0; i < count; i++, next += period) {
    int key = (int)random_below(HOOK);
    play(next);
    move_now(key, 1);
    play(next + (int64_t)(down_ms * MS));
    move_now(key, 0);
  }
  play(next + 100 * MS);
}

static void flick(long count, long min_ms, long max_ms) {
  int64_t next = now();
  for (long i = 0; i < count; i++) {
    next += min_ms * MS + (int64_t)random_below((max_ms - min_ms + 1) * MS);
    play(next);
    move_now(HOOK, !contacts[HOOK].target);
  }
  play(next + 200 * MS);
}

static const char *name_of(char state) { return state == 'f' ? "float" : state == '1' ? "high" : "low"; }

static void watch_lamps(long ms) {
  char states[16], last[2] = "";
  for (int64_t end = now() + ms * MS; now() < end; play(now() + 2 * MS)) {
    look(states);
    for (int i = 0; i < 2; i++) {
      char state = states[LAMP_LINES[i]];
      if (state != last[i]) say("event lamp %s %s %.3f", LAMPS[i], name_of(state), now() / 1e6);
      last[i] = state;
    }
  }
}

static int obey(char *text) {
  char word[16] = "", what[16] = "", extra[16] = "";
  double a = 0, b = 0, c = 0;
  sscanf(text, "%15s %15s %15s", word, what, extra);
  int numbers = sscanf(text, "%*s %lf %lf %lf", &a, &b, &c);
  if (!strcmp(word, "quit")) return 0;
  if (!strcmp(word, "press") || !strcmp(word, "release")) {
    const char *key = strlen(what) == 1 ? strchr(KEYS, what[0]) : NULL;
    if (!key) return say("error no such key"), 1;
    move_now((int)(key - KEYS), word[0] == 'p');
  } else if (!strcmp(word, "hook")) move_now(HOOK, !strcmp(what, "off"));
  else if (!strcmp(word, "tamper")) move_now(TAMPER, !strcmp(what, "open"));
  else if (!strcmp(word, "volume")) move_now(VOLUME, !strcmp(what, "down"));
  else if (!strcmp(word, "wire")) {
    int i = 0;
    while (i < 3 && strcmp(what, NAMES[i])) i++;
    if (i == 3) return say("error no such switch"), 1;
    active_level[i] = !strcmp(extra, "high");
    wires();
  } else if (!strcmp(word, "bounce")) bounce = (int64_t)(a * MS);
  else if (!strcmp(word, "seed")) seed((uint64_t)a);
  else if (!strcmp(word, "wait")) play(now() + (int64_t)(a * MS));
  else if (!strcmp(word, "keys") && numbers >= 2 && b >= 1) {
    seed((uint64_t)a);
    type_keys((long)b, numbers > 2 ? c : 20, 450 / (numbers > 2 ? c : 20));
  } else if (!strcmp(word, "flick") && numbers >= 2) {
    double longest = 250;
    sscanf(text, "%*s %*f %*f %*f %lf", &longest);
    seed((uint64_t)a);
    flick((long)b, numbers > 2 ? (long)c : 60, (long)longest);
  } else if (!strcmp(word, "lamps")) watch_lamps((long)a);
  else if (!strcmp(word, "lines")) {
    char at[16];
    look(at);
    say("ok %.3f columns=%s,%s,%s lamps=%s,%s fights=%d", now() / 1e6, name_of(at[4]), name_of(at[5]), name_of(at[6]),
        name_of(at[11]), name_of(at[12]), fights());
    return 1;
  } else return say("error no such command"), 1;
  say("ok %.3f fights=%d", now() / 1e6, fights());
  return 1;
}

int main(int argc, char **argv) {
  const char *folder = argc > 1 ? argv[1] : "/sys/kernel/debug/gpio-mockup/gpiochip0";
  for (int line = 0; line < 16; line++) {
    char path[256];
    snprintf(path, sizeof path, "%s/%d", folder, line);
    files[line] = open(path, O_WRONLY | O_CLOEXEC);
    shown[line] = -1;
    if (files[line] < 0) return fprintf(stderr, "wall: %s: %s\n", path, strerror(errno)), 1;
  }
  lines_file = open("/sys/kernel/debug/gpio", O_RDONLY | O_CLOEXEC);
  if (lines_file < 0) return perror("wall: /sys/kernel/debug/gpio"), 1;
  for (int i = 0; i < CONTACTS; i++) contacts[i].next = NEVER;
  snprintf(keys_path, sizeof keys_path, "%s/keys", folder);
  keys_file = open(keys_path, O_WRONLY | O_CLOEXEC);
  if (keys_file < 0) return fprintf(stderr, "wall: %s: %s\n", keys_path, strerror(errno)), 1;
  struct sched_param priority = {.sched_priority = 50};
  if (sched_setscheduler(0, SCHED_FIFO, &priority)) perror("wall: real-time priority");
  mlockall(MCL_CURRENT | MCL_FUTURE);
  wires();
  say("ok %.3f", now() / 1e6);
  char text[256];
  size_t length = 0;
  for (;;) {
    play(NEVER);
    ssize_t got = read(0, text + length, 1);
    if (got <= 0) return 0;
    if (text[length] != '\n') {
      if (length < sizeof text - 1) length++;
      continue;
    }
    text[length] = 0;
    length = 0;
    if (!obey(text)) return 0;
  }
}
