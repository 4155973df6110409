#include "keypad.h"

#include <string.h>

Keypad::Keypad(const Wires &wires, uint8_t rows, uint8_t columns, const char *map)
    : wires_(wires), rows_(rows), columns_(columns), map_(map) {
  memset(down_, 0, sizeof down_);
  memset(stood_, 0, sizeof stood_);
}

static bool moreThanOne(uint8_t bits) { return (bits & (bits - 1)) != 0; }

void Keypad::scan(Events &events) {
  uint8_t seen[MOST] = {0, 0, 0, 0};
  for (uint8_t column = 0; column < columns_; column++) {
    wires_.drive(column);
    for (uint8_t row = 0; row < rows_; row++) {
      if (wires_.row(row)) seen[column] |= 1 << row;
    }
    wires_.release(column);
  }
  // Three keys at corners of a rectangle close the fourth: no one can say which three. Those stay as they were until
  // a key is let go; any two keys are told apart, and so are more that form no rectangle.
  uint8_t unsure[MOST] = {0, 0, 0, 0};
  for (uint8_t one = 0; one < columns_; one++) {
    for (uint8_t other = one + 1; other < columns_; other++) {
      const uint8_t both = seen[one] & seen[other];
      if (!moreThanOne(both)) continue;
      unsure[one] |= both;
      unsure[other] |= both;
    }
  }
  for (uint8_t column = 0; column < columns_; column++) {
    for (uint8_t row = 0; row < rows_; row++) {
      const uint8_t bit = 1 << row;
      if (unsure[column] & bit) stood_[column][row] = 0;
      else look(column, row, (seen[column] & bit) != 0, events);
    }
  }
}

void Keypad::look(uint8_t column, uint8_t row, bool closed, Events &events) {
  const uint8_t bit = 1 << row;
  const bool down = (down_[column] & bit) != 0;
  uint8_t &stood = stood_[column][row];
  if (closed == down) {
    stood = 0;
    return;
  }
  if (++stood < (closed ? PRESS : RELEASE)) return;
  stood = 0;
  down_[column] ^= bit;
  const char name = map_[row * columns_ + column];
  const char *const key = name == 0 ? 0 : strchr(KEYS, name);
  if (key) events.add((closed ? KEY_DOWN : KEY_UP) + static_cast<uint8_t>(key - KEYS));
}
