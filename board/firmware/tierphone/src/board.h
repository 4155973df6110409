#pragma once
#include <stdint.h>

#include "debounce.h"
#include "events.h"
#include "keypad.h"
#include "line.h"
#include "reader.h"
#include "wires.h"

#define FIRMWARE "tierphone-2.0"

// What the board is made of.
struct Parts {
  uint8_t rows;
  uint8_t columns;
  const char *keys;
  bool tamper;
};

// The keypad board, without the pins and the serial port that it is on. It never waits and takes no memory but its own.
class Board {
 public:
  Board(const Wires &wires, const Parts &parts);

  // Looks at every contact if a millisecond has gone by. To be called as often as can be, with the time since power on in ms.
  void step(uint32_t now);

  // A byte of the terminal has come.
  void receive(uint8_t byte);

  // The next byte for the terminal; -1 when there is none now. To be asked for only when the port can take one.
  int next();

  // Whether a lamp is lit at this time.
  bool lit(Lamp lamp, uint32_t now) const;

 private:
  void begin(uint32_t now);
  void write(uint8_t event, uint16_t number);
  void beat();
  void finish(uint16_t number);

  const Wires &wires_;
  const Parts &parts_;
  Keypad keypad_;
  Debounce hook_;
  Debounce tamper_;
  Debounce up_;
  Debounce down_;
  Events events_;
  Reader reader_;
  Line line_;
  LampState lamps_[2];
  uint32_t looked_;
  uint32_t beaten_;
  uint32_t count_;
  bool begun_;
  bool beatDue_;
  bool numbered_;
};
