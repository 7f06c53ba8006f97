/* one_pass PICTURE: reads a picture, and a pedestal of four bytes and a threshold of two for each of its pixels, and sums what is above. */

#include "line_protocol.h"

static uint16_t *picture, *least;
static int32_t *pedestal;
static size_t pixels;
static volatile int64_t sum;

static void work(void) {
  int64_t above = 0;
  for (size_t at = 0; at < pixels; at++) above += picture[at] > least[at] ? 160 * picture[at] - pedestal[at] : 0;
  sum = above;
}

static void answer(void) { puts("-"); }

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  size_t size;
  picture = (uint16_t *)read_file(argv[1], &size);
  pixels = size / sizeof *picture;
  pedestal = malloc(pixels * sizeof *pedestal);
  least = malloc(pixels * sizeof *least);
  for (size_t at = 0; at < pixels; at++) {
    pedestal[at] = 160 * 100;
    least[at] = 104;
  }
  return speak(answer, work, 1);
}
