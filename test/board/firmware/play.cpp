// Plays a keypad board: the firmware's own core behind a model of its wires and port.
//   play          commands on input, in made-up time: what the board says is on output, `<ms> <line>`
//   play live N   in real time N times as fast: the serial line is on input and output, commands on descriptor 3
// Commands: `key ROW COLUMN 0|1`, `hook|tamper|up|down 0|1`, `run MS`, `say HEX` (bytes of the terminal), `reset`.
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <sstream>
#include <string>

#include "../../../board/firmware/tierphone/src/board.h"

static const int ROWS = 4;
static const int COLUMNS = 3;
static const Parts PARTS = {ROWS, COLUMNS, "123456789*0#", true};

static bool contacts[4];
static bool closed[ROWS][COLUMNS];
static bool driven[COLUMNS];

static bool contact(Contact which) { return contacts[which]; }
static void drive(uint8_t column) { driven[column] = true; }
static void release(uint8_t column) { driven[column] = false; }

// A row is low when any way of closed keys leads from it to a column that is driven.
static bool row(uint8_t which) {
  bool rows[ROWS] = {};
  bool columns[COLUMNS] = {};
  rows[which] = true;
  for (int round = 0; round < ROWS + COLUMNS; round++) {
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < COLUMNS; c++) {
        if (closed[r][c] && (rows[r] || columns[c])) rows[r] = columns[c] = true;
      }
    }
  }
  for (int c = 0; c < COLUMNS; c++) {
    if (columns[c] && driven[c]) return true;
  }
  return false;
}

static const Wires WIRES = {contact, drive, release, row};
static std::unique_ptr<Board> board;
static uint32_t now = 0;

static bool pins(std::istringstream &words, const std::string &what) {
  int r = 0, c = 0, on = 0;
  if (what == "key" && words >> r >> c >> on) closed[r][c] = on != 0;
  else if (what == "hook" && words >> on) contacts[HOOK] = on != 0;
  else if (what == "tamper" && words >> on) contacts[TAMPER] = on != 0;
  else if (what == "up" && words >> on) contacts[VOLUME_UP] = on != 0;
  else if (what == "down" && words >> on) contacts[VOLUME_DOWN] = on != 0;
  else return false;
  return true;
}

// 115200 bit/s behind a buffer of 63 bytes, as HardwareSerial has it.
static std::string line;
static std::string port;
static double credit = 0;

static void millisecond() {
  board->step(now);
  credit = port.empty() ? 11.52 : credit + 11.52;
  while (!port.empty() && credit >= 1) {
    credit -= 1;
    line += port[0];
    port.erase(0, 1);
    if (line.back() != '\n') continue;
    std::cout << now << ' ' << line.substr(0, line.size() - 2) << '\n';
    line.clear();
  }
  while (port.size() < 63) {
    const int byte = board->next();
    if (byte < 0) break;
    port += static_cast<char>(byte);
  }
  static bool shown[2];
  for (int lamp = 0; lamp < 2; lamp++) {
    const bool lit = board->lit(static_cast<Lamp>(lamp), now);
    if (lit != shown[lamp]) std::cout << now << (lamp == LAMP_LINE ? " line " : " fault ") << lit << '\n';
    shown[lamp] = lit;
  }
  now++;
}

static int scripted() {
  std::string text;
  while (std::getline(std::cin, text)) {
    std::istringstream words(text);
    std::string what, hex;
    uint32_t ms = 0;
    words >> what;
    if (what == "run" && words >> ms) {
      while (ms-- > 0) millisecond();
    } else if (what == "say" && words >> hex) {
      for (size_t i = 0; i + 1 < hex.size(); i += 2) {
        board->receive(static_cast<uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
      }
    } else if (what == "reset") {
      board.reset(new Board(WIRES, PARTS));
      line.clear();
      port.clear();
    } else if (what == "at" && words >> now) {
      // Made-up time goes on from here.
    } else if (!pins(words, what)) {
      std::cerr << "not understood: " << text << '\n';
      return 1;
    }
  }
  return 0;
}

static double clockMs() {
  timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1e3 + at.tv_nsec / 1e6;
}

static void send() {
  while (port.size() < 63) {
    const int byte = board->next();
    if (byte < 0) break;
    port += static_cast<char>(byte);
  }
  if (port.empty()) return;
  const ssize_t written = write(1, port.data(), port.size());
  if (written > 0) port.erase(0, static_cast<size_t>(written));
}

// Does what can be done of the commands by now. `idle` is the time until which the board is left alone.
static bool obey(std::string &commands, uint32_t &idle) {
  for (size_t end; now >= idle && (end = commands.find('\n')) != std::string::npos; commands.erase(0, end + 1)) {
    std::istringstream words(commands.substr(0, end));
    std::string what;
    uint32_t ms = 0;
    words >> what;
    if (what == "run" && words >> ms) idle = now + ms;
    else if (what == "reset") board.reset(new Board(WIRES, PARTS));
    else if (!pins(words, what)) return false;
  }
  return true;
}

static int live(double speed) {
  std::string commands;
  uint32_t idle = 0;
  char bytes[256];
  const double start = clockMs();
  for (;;) {
    pollfd ready[2] = {{0, POLLIN, 0}, {3, POLLIN, 0}};
    poll(ready, 2, 1);
    if (ready[0].revents) {
      const ssize_t size = read(0, bytes, sizeof bytes);
      if (size <= 0) return 0;
      for (ssize_t i = 0; i < size; i++) board->receive(static_cast<uint8_t>(bytes[i]));
    }
    if (ready[1].revents) {
      const ssize_t size = read(3, bytes, sizeof bytes);
      if (size <= 0) return 0;
      commands.append(bytes, static_cast<size_t>(size));
    }
    // A process may be kept waiting, a microcontroller is not: the milliseconds that it missed come now.
    for (const uint32_t until = static_cast<uint32_t>((clockMs() - start) * speed); now < until;) {
      if (!obey(commands, idle)) return 1;
      board->step(++now);
      send();
    }
    send();
  }
}

int main(int count, char **words) {
  board.reset(new Board(WIRES, PARTS));
  return count > 2 && std::string(words[1]) == "live" ? live(std::stod(words[2])) : scripted();
}
