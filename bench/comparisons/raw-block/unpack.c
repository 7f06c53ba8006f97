/* unpack FILE: a record read as one would in C: checksums and lengths checked, every device with values of its own. */

#include <zlib.h>

#include "line_protocol.h"

struct device {
  char name[9];
  char kind;
  uint32_t seconds, milliseconds, count;
  void *values;
};

static unsigned char *data;
static size_t size;

static uint32_t get(const unsigned char *at) {
  uint32_t word;
  memcpy(&word, at, sizeof word);
  return word;
}

static void refuse(const char *reason) {
  fprintf(stderr, "%s\n", reason);
  exit(1);
}

static struct device *payload(const unsigned char *block, uint32_t bytes, uint32_t *count) {
  const unsigned char *at = block + 16, *end = block + bytes;
  *count = get(block + 12);
  if ((uint64_t)*count * 20 > bytes) refuse("devices");
  struct device *devices = malloc(*count * sizeof *devices);
  for (uint32_t i = 0; i < *count; i++) {
    struct device *device = &devices[i];
    if (end - at < 20) refuse("device");
    memcpy(device->name, at, 8);
    device->name[8] = 0;
    device->kind = device->name[1];
    device->name[1] = ':';
    device->seconds = get(at + 8);
    device->milliseconds = get(at + 12);
    device->count = get(at + 16);
    at += 20;
    if ((uint64_t)device->count * 4 > (uint64_t)(end - at)) refuse("values");
    if (device->milliseconds > 999 || (device->kind != 'F' && device->kind != 'I')) refuse("device");
    device->values = malloc(device->count * 4);
    memcpy(device->values, at, device->count * 4);
    at += device->count * 4;
  }
  if (at != end) refuse("left over");
  return devices;
}

static struct device *decode(uint32_t *count) {
  struct device *devices = NULL;
  for (size_t at = 0; at < size;) {
    const unsigned char *block = data + at;
    if (size - at < 12) refuse("size");
    size_t bytes = (size_t)get(block) * 4;
    if (bytes < 12 || bytes > size - at) refuse("size");
    if (crc32(crc32(0, block, 4), block + 8, bytes - 8) != get(block + 4)) refuse("checksum");
    if ((get(block + 8) >> 12 & 0xfff) == 0x320) devices = payload(block, bytes, count);
    at += bytes;
  }
  return devices;
}

static void release(struct device *devices, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) free(devices[i].values);
  free(devices);
}

static void work(void) {
  uint32_t count;
  struct device *volatile devices = decode(&count);
  release(devices, count);
}

static void answer(void) {
  uint32_t count;
  uint64_t state = DIGEST_START;
  char text[100];
  struct device *devices = decode(&count);
  for (uint32_t i = 0; i < count; i++) {
    const struct device *device = &devices[i];
    int length = sprintf(text, "%s %s %u %u %u;", device->name, device->kind == 'I' ? "int" : "float",
                         device->seconds, device->milliseconds, device->count);
    state = digest(state, text, length);
    state = digest(state, device->values, device->count * 4);
  }
  printf("%016llx\n", (unsigned long long)state);
  release(devices, count);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  data = read_file(argv[1], &size);
  return speak(answer, work, 1);
}
