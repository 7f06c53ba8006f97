/* one_pass FILE: reads every byte once, eight at a time, and does nothing with them but add. */

#include "line_protocol.h"

static unsigned char *document;
static size_t size;
static volatile uint64_t sum;

static void work(void) {
  uint64_t total = 0, word;
  for (size_t at = 0; at + sizeof word <= size; at += sizeof word) {
    memcpy(&word, document + at, sizeof word);
    total += word;
  }
  sum = total;
}

static void answer(void) { puts("-"); }

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  document = read_file(argv[1], &size);
  return speak(answer, work, 1);
}
