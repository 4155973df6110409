#include "board.h"

// Milliseconds. Longer than any contact of a phone bounces; a hook's level is soon enough for 50 ms with the terminal's own 20.
static const uint8_t HOOK_STANDS = 15;
static const uint8_t TAMPER_STANDS = 100;
static const uint8_t BUTTON_DOWN = 5;
static const uint8_t BUTTON_UP = 15;
static const uint32_t BEAT_EVERY = 1000;
static const uint32_t BLINK_HALF = 500;

Board::Board(const Wires &wires, const Parts &parts)
    : wires_(wires),
      parts_(parts),
      keypad_(wires, parts.rows, parts.columns, parts.keys),
      hook_(HOOK_STANDS, HOOK_STANDS),
      tamper_(TAMPER_STANDS, TAMPER_STANDS),
      up_(BUTTON_DOWN, BUTTON_UP),
      down_(BUTTON_DOWN, BUTTON_UP),
      looked_(0),
      beaten_(0),
      count_(0),
      begun_(false),
      beatDue_(false),
      numbered_(false) {
  lamps_[LAMP_LINE] = LAMP_OFF;
  lamps_[LAMP_FAULT] = LAMP_OFF;
}

// How things stand at power on. A button held down then is no press.
void Board::begin(uint32_t now) {
  begun_ = true;
  looked_ = now;
  beaten_ = now;
  beatDue_ = true;
  hook_.begin(wires_.contact(HOOK));
  up_.begin(wires_.contact(VOLUME_UP));
  down_.begin(wires_.contact(VOLUME_DOWN));
  tamper_.begin(wires_.contact(TAMPER));
  if (parts_.tamper && tamper_.state()) events_.add(TAMPER_OPEN);
}

void Board::step(uint32_t now) {
  if (!begun_) begin(now);
  if (now - beaten_ >= BEAT_EVERY) {
    beaten_ += BEAT_EVERY;
    // A loop that was held up beats once for all that is past.
    if (now - beaten_ >= BEAT_EVERY) beaten_ = now;
    beatDue_ = true;
  }
  if (now == looked_) return;
  looked_ = now;
  if (hook_.look(wires_.contact(HOOK))) events_.add(hook_.state() ? HOOK_OFF : HOOK_ON);
  if (parts_.tamper && tamper_.look(wires_.contact(TAMPER))) events_.add(tamper_.state() ? TAMPER_OPEN : TAMPER_CLOSED);
  if (up_.look(wires_.contact(VOLUME_UP)) && up_.state()) events_.add(VOL_UP);
  if (down_.look(wires_.contact(VOLUME_DOWN)) && down_.state()) events_.add(VOL_DOWN);
  keypad_.scan(events_);
}

void Board::receive(uint8_t byte) {
  Command command;
  if (!reader_.take(byte, command)) return;
  switch (command.kind) {
    case Command::HELLO:
    case Command::HELLO_NUMBERED:
      if (command.kind == Command::HELLO_NUMBERED) numbered_ = true;
      beatDue_ = true;
      // A terminal that has just come does not know it; the hook it has by the beat.
      if (parts_.tamper) events_.add(tamper_.state() ? TAMPER_OPEN : TAMPER_CLOSED);
      return;
    case Command::AGAIN:
      events_.again(command.number);
      return;
    case Command::LED:
      lamps_[command.lamp] = command.state;
      return;
  }
}

int Board::next() {
  const int byte = line_.next();
  if (byte >= 0) return byte;
  if (beatDue_) {
    beatDue_ = false;
    beat();
  } else if (events_.waiting()) {
    uint16_t number;
    const uint8_t event = events_.take(number);
    write(event, number);
  } else {
    return -1;
  }
  return line_.next();
}

bool Board::lit(Lamp lamp, uint32_t now) const {
  return lamps_[lamp] == LAMP_ON || (lamps_[lamp] == LAMP_BLINK && now / BLINK_HALF % 2 == 0);
}

void Board::beat() {
  line_.begin("BEAT");
  line_.field(count_++);
  line_.field(hook_.state() ? "OFF" : "ON");
  line_.field(FIRMWARE);
  finish(events_.said());
}

void Board::write(uint8_t event, uint16_t number) {
  switch (event) {
    case HOOK_ON:
    case HOOK_OFF:
      line_.begin("HOOK");
      line_.field(event == HOOK_OFF ? "OFF" : "ON");
      break;
    case TAMPER_CLOSED:
    case TAMPER_OPEN:
      line_.begin("TAMPER");
      line_.field(event == TAMPER_OPEN ? "OPEN" : "CLOSED");
      break;
    case VOL_UP:
    case VOL_DOWN:
      line_.begin("VOL");
      line_.field(event == VOL_UP ? "UP" : "DOWN");
      break;
    default:
      line_.begin("KEY");
      line_.field(KEYS[event & 0xf]);
      line_.field(event & KEY_DOWN ? "DOWN" : "UP");
  }
  finish(number);
}

void Board::finish(uint16_t number) {
  if (numbered_) line_.endNumbered(number);
  else line_.end();
}
