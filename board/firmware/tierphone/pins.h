// How this phone is wired: the only file to change for another. `tierphone board wiring` draws it from here.
#pragma once

// The serial port to the terminal: `Serial` is the USB socket of any of these boards, `Serial1` the pins TX and RX of a
// 32U4 (Leonardo, Micro). On a 328P (Uno, Nano, Pro Mini) `Serial` is both.
#define LINE_PORT Serial
#define LINE_BAUD 115200

// The keypad, row by row as its keys lie. A space where there is no key, or one that a phone has no use for.
#define ROWS 4
#define COLUMNS 3
static const char KEY_MAP[ROWS * COLUMNS + 1] =
    "123"
    "456"
    "789"
    "*0#";
static const uint8_t ROW_PINS[ROWS] = {2, 3, 4, 5};
static const uint8_t COLUMN_PINS[COLUMNS] = {6, 7, 8};

// Contacts between pin and ground, each with the level it has in the state named. NONE where there is no such contact.
#define NONE 255
#define HOOK_PIN 9
#define HOOK_LIFTED HIGH
#define TAMPER_PIN 10
#define TAMPER_OPENED HIGH
#define VOLUME_UP_PIN 11
#define VOLUME_DOWN_PIN NONE
#define VOLUME_PRESSED LOW

// Lamps, between pin and ground, each with its resistor.
#define LINE_LAMP_PIN A0
#define FAULT_LAMP_PIN A1
#define LAMP_LIT HIGH
