// The keypad board of a Tierphone: pins and port of an Arduino, and the watchdog. All else is in src/.
#include <avr/wdt.h>

#include "pins.h"
#include "src/board.h"

// Wires have a capacity: after a column is pulled down its rows need this long, in microseconds.
static const unsigned int SETTLE_US = 10;

static bool reads(uint8_t pin, uint8_t level) { return pin != NONE && digitalRead(pin) == level; }

static bool contact(Contact which) {
  switch (which) {
    case HOOK:
      return reads(HOOK_PIN, HOOK_LIFTED);
    case TAMPER:
      return reads(TAMPER_PIN, TAMPER_OPENED);
    case VOLUME_UP:
      return reads(VOLUME_UP_PIN, VOLUME_PRESSED);
    case VOLUME_DOWN:
      return reads(VOLUME_DOWN_PIN, VOLUME_PRESSED);
  }
  return false;
}

static void drive(uint8_t column) {
  // Low at once: an input without pull-up has its output bit clear.
  pinMode(COLUMN_PINS[column], OUTPUT);
  delayMicroseconds(SETTLE_US);
}

static void release(uint8_t column) { pinMode(COLUMN_PINS[column], INPUT); }

static bool row(uint8_t which) { return digitalRead(ROW_PINS[which]) == LOW; }

static const Wires wires = {contact, drive, release, row};
static const Parts parts = {ROWS, COLUMNS, KEY_MAP, TAMPER_PIN != NONE};
static Board board(wires, parts);

static void pullUp(uint8_t pin) {
  if (pin != NONE) pinMode(pin, INPUT_PULLUP);
}

static void show(uint8_t pin, Lamp lamp, uint32_t now) {
  if (pin != NONE) digitalWrite(pin, board.lit(lamp, now) ? LAMP_LIT : !LAMP_LIT);
}

// After a reset by the watchdog it runs on at its shortest, and would bite again before setup() is reached.
void stopWatchdog() __attribute__((naked, used, section(".init3")));
void stopWatchdog() {
  MCUSR = 0;
  wdt_disable();
}

static void lamp(uint8_t pin) {
  if (pin != NONE) pinMode(pin, OUTPUT);
}

void setup() {
  for (uint8_t pin : ROW_PINS) pullUp(pin);
  for (uint8_t column = 0; column < COLUMNS; column++) release(column);
  pullUp(HOOK_PIN);
  pullUp(TAMPER_PIN);
  pullUp(VOLUME_UP_PIN);
  pullUp(VOLUME_DOWN_PIN);
  lamp(LINE_LAMP_PIN);
  lamp(FAULT_LAMP_PIN);
  LINE_PORT.begin(LINE_BAUD);
  wdt_enable(WDTO_2S);
}

void loop() {
  wdt_reset();
  const uint32_t now = millis();
  // As many as the port holds at most: a terminal gone mad must not keep the contacts from being looked at.
  for (uint8_t most = 64; most > 0 && LINE_PORT.available() > 0; most--) board.receive(LINE_PORT.read());
  board.step(now);
  while (LINE_PORT.availableForWrite() > 0) {
    const int byte = board.next();
    if (byte < 0) break;
    LINE_PORT.write(static_cast<uint8_t>(byte));
  }
  show(LINE_LAMP_PIN, LAMP_LINE, now);
  show(FAULT_LAMP_PIN, LAMP_FAULT, now);
}
