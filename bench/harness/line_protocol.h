/* The lines of program.ts for a contender in C: answers, and repeats the work until the time is up. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double line_protocol_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

/* `answer` prints one line; `work` is done once per call and is worth `units` of the comparison's unit. */
static int speak(void (*answer)(void), void (*work)(void), double units) {
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    double milliseconds;
    if (strncmp(line, "answer", 6) == 0) {
      answer();
    } else if (sscanf(line, "round %lf", &milliseconds) == 1) {
      double started = line_protocol_now(), took = 0;
      long done = 0;
      do {
        work();
        done++;
        took = line_protocol_now() - started;
      } while (took * 1000 < milliseconds);
      printf("{\"figure\": %.17g}\n", done / took * units);
    }
    fflush(stdout);
  }
  return 0;
}

/* A whole file in memory; ends the program where there is none. */
static unsigned char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  unsigned char *bytes = malloc(*size + 1);
  if (bytes == NULL || fread(bytes, 1, *size, file) != *size) {
    fprintf(stderr, "%s cannot be read\n", path);
    exit(1);
  }
  bytes[*size] = 0;
  fclose(file);
  return bytes;
}
