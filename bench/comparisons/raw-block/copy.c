/* copy FILE: copies the bytes of a record into memory of its own. */

#include "line_protocol.h"

static unsigned char *data;
static size_t size;

static void work(void) {
  unsigned char *volatile copy = malloc(size);
  memcpy(copy, data, size);
  free(copy);
}

static void answer(void) { puts("-"); }

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  data = read_file(argv[1], &size);
  return speak(answer, work, 1);
}
