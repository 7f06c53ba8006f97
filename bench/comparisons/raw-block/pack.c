/* pack FILE: what input.ts writes, packed as one would in C; memory for each record is taken and given back. */

#include <zlib.h>

#include "line_protocol.h"

#define SIMULATED_NEAR_DCS (1u << 31 | 1u << 28 | 1u << 27)

struct device {
  char name[8];
  uint32_t kind, seconds, milliseconds, count;
  const double *values;
};

static struct device *devices;
static uint32_t seconds, device_count;
static size_t size;

static void put(unsigned char **at, uint32_t word) {
  memcpy(*at, &word, sizeof word);
  *at += sizeof word;
}

static void seal(unsigned char *block, uint32_t bytes, uint32_t major) {
  uint32_t words = bytes / 4, id = SIMULATED_NEAR_DCS | major << 12 | 2, checksum;
  memcpy(block, &words, 4);
  memcpy(block + 8, &id, 4);
  checksum = crc32(crc32(0, block, 4), block + 8, bytes - 8);
  memcpy(block + 4, &checksum, 4);
}

static unsigned char *record(void) {
  unsigned char *bytes = malloc(size), *at = bytes + 12;
  put(&at, seconds);
  put(&at, 0);
  put(&at, 1);
  seal(bytes, 24, 0x310);
  at = bytes + 24 + 12;
  put(&at, device_count);
  for (uint32_t i = 0; i < device_count; i++) {
    const struct device *device = &devices[i];
    memcpy(at, device->name, 8);
    at[1] = device->kind ? 'I' : 'F';
    at += 8;
    put(&at, device->seconds);
    put(&at, device->milliseconds);
    put(&at, device->count);
    for (uint32_t j = 0; j < device->count; j++, at += 4) {
      if (device->kind) {
        int32_t value = (int32_t)device->values[j];
        memcpy(at, &value, 4);
      } else {
        float value = (float)device->values[j];
        memcpy(at, &value, 4);
      }
    }
  }
  seal(bytes + 24, size - 24, 0x320);
  return bytes;
}

static void work(void) {
  unsigned char *volatile bytes = record();
  free(bytes);
}

static void answer(void) {
  unsigned char *bytes = record();
  printf("%016llx\n", (unsigned long long)digest(DIGEST_START, bytes, size));
  free(bytes);
}

int main(int argc, char **argv) {
  size_t length;
  if (argc != 2) return 2;
  unsigned char *at = read_file(argv[1], &length);
  memcpy(&seconds, at, 4);
  memcpy(&device_count, at + 4, 4);
  at += 8;
  devices = calloc(device_count, sizeof *devices);
  size = 24 + 16;
  for (uint32_t i = 0; i < device_count; i++) {
    memcpy(&devices[i], at, 24);
    devices[i].values = (const double *)(at + 24);
    at += 24 + 8 * devices[i].count;
    size += 20 + 4 * devices[i].count;
  }
  return speak(answer, work, 1);
}
