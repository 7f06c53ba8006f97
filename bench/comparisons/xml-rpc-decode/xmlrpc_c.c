/* xmlrpc_c FILE: xmlrpc-c's reader of calls. */

#include <math.h>
#include <xmlrpc-c/base.h>

#include "line_protocol.h"

static unsigned char *document;
static size_t size;
static uint64_t state;

static xmlrpc_value *decode(void) {
  xmlrpc_env env;
  const char *method;
  xmlrpc_value *params;
  xmlrpc_env_init(&env);
  xmlrpc_parse_call(&env, (const char *)document, size, &method, &params);
  if (env.fault_occurred) {
    fprintf(stderr, "%s\n", env.fault_string);
    exit(1);
  }
  xmlrpc_strfree(method);
  xmlrpc_env_clean(&env);
  return params;
}

static void work(void) { xmlrpc_DECREF(decode()); }

static void add(const void *bytes, size_t count) { state = digest(state, bytes, count); }

static void tag(char letter, uint32_t length) {
  add(&letter, 1);
  add(&length, sizeof length);
}

static void number(double value) {
  float single = (float)value;
  if (value == floor(value)) {
    add("N", 1);
    add(&value, sizeof value);
  } else {
    add("F", 1);
    add(&single, sizeof single);
  }
}

/* As canonical.ts. */
static void walk(xmlrpc_value *value) {
  xmlrpc_env env;
  xmlrpc_env_init(&env);
  switch (xmlrpc_value_type(value)) {
  case XMLRPC_TYPE_INT: {
    int read;
    xmlrpc_read_int(&env, value, &read);
    number(read);
    break;
  }
  case XMLRPC_TYPE_I8: {
    xmlrpc_int64 read;
    xmlrpc_read_i8(&env, value, &read);
    number((double)read);
    break;
  }
  case XMLRPC_TYPE_DOUBLE: {
    double read;
    xmlrpc_read_double(&env, value, &read);
    number(read);
    break;
  }
  case XMLRPC_TYPE_STRING: {
    size_t length;
    const char *text;
    xmlrpc_read_string_lp(&env, value, &length, &text);
    tag('T', length);
    add(text, length);
    xmlrpc_strfree(text);
    break;
  }
  case XMLRPC_TYPE_ARRAY: {
    int count = xmlrpc_array_size(&env, value);
    tag('A', count);
    for (int i = 0; i < count; i++) {
      xmlrpc_value *item;
      xmlrpc_array_read_item(&env, value, i, &item);
      walk(item);
      xmlrpc_DECREF(item);
    }
    break;
  }
  case XMLRPC_TYPE_STRUCT: {
    int count = xmlrpc_struct_size(&env, value);
    tag('S', count);
    for (int i = 0; i < count; i++) {
      xmlrpc_value *name, *member;
      xmlrpc_struct_read_member(&env, value, i, &name, &member);
      walk(name);
      walk(member);
      xmlrpc_DECREF(name);
      xmlrpc_DECREF(member);
    }
    break;
  }
  default:
    fprintf(stderr, "a callback has no such type\n");
    exit(1);
  }
  if (env.fault_occurred) {
    fprintf(stderr, "%s\n", env.fault_string);
    exit(1);
  }
}

static void answer(void) {
  xmlrpc_env env;
  xmlrpc_value *params = decode(), *first;
  xmlrpc_env_init(&env);
  xmlrpc_array_read_item(&env, params, 0, &first);
  state = DIGEST_START;
  walk(first);
  xmlrpc_DECREF(first);
  xmlrpc_DECREF(params);
  printf("%016llx\n", (unsigned long long)state);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  document = read_file(argv[1], &size);
  xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, 16 * 1024 * 1024);
  return speak(answer, work, 1);
}
