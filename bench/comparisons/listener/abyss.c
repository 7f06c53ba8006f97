/* abyss: xmlrpc-c's own HTTP server with its registry of methods; takes callbacks and keeps nothing. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <xmlrpc-c/base.h>
#include <xmlrpc-c/server.h>
#include <xmlrpc-c/server_abyss.h>

#include "line_protocol.h"

static uint64_t state;

static xmlrpc_value *take(xmlrpc_env *env, xmlrpc_value *params, void *info, void *call) {
  return xmlrpc_bool_new(env, 1);
}

static double number(xmlrpc_env *env, xmlrpc_value *value) {
  double read = 0;
  int whole = 0;
  if (xmlrpc_value_type(value) != XMLRPC_TYPE_INT) {
    xmlrpc_read_double(env, value, &read);
    return read;
  }
  xmlrpc_read_int(env, value, &whole);
  return whole;
}

static void add(xmlrpc_env *env, xmlrpc_value *value) {
  float single = (float)number(env, value);
  state = digest(state, &single, sizeof single);
}

/* As digest.ts of this folder. */
static xmlrpc_value *tell(xmlrpc_env *env, xmlrpc_value *params, void *info, void *call) {
  xmlrpc_value *callback, *readings;
  char text[100];
  xmlrpc_array_read_item(env, params, 0, &callback);
  xmlrpc_struct_read_value(env, callback, "readings", &readings);
  state = DIGEST_START;
  for (int i = 0; i < xmlrpc_array_size(env, readings); i++) {
    xmlrpc_value *reading, *name, *scaled;
    const char *name_text;
    xmlrpc_array_read_item(env, readings, i, &reading);
    xmlrpc_struct_read_value(env, reading, "name", &name);
    xmlrpc_struct_read_value(env, reading, "scaled", &scaled);
    xmlrpc_read_string(env, name, &name_text);
    int is_array = xmlrpc_value_type(scaled) == XMLRPC_TYPE_ARRAY;
    int count = is_array ? xmlrpc_array_size(env, scaled) : 1;
    state = digest(state, text, snprintf(text, sizeof text, "%s %d;", name_text, count));
    if (!is_array) add(env, scaled);
    for (int j = 0; is_array && j < count; j++) {
      xmlrpc_value *item;
      xmlrpc_array_read_item(env, scaled, j, &item);
      add(env, item);
      xmlrpc_DECREF(item);
    }
    xmlrpc_strfree(name_text);
    xmlrpc_DECREF(name);
    xmlrpc_DECREF(scaled);
    xmlrpc_DECREF(reading);
  }
  xmlrpc_DECREF(readings);
  xmlrpc_DECREF(callback);
  snprintf(text, sizeof text, "%016llx", (unsigned long long)state);
  return xmlrpc_string_new(env, text);
}

int main(void) {
  xmlrpc_env env;
  xmlrpc_server_abyss_t *server;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  struct xmlrpc_method_info3 methods[] = {
      {.methodName = "beam.callback", .methodFunction = &take},
      {.methodName = "digest", .methodFunction = &tell},
  };

  signal(SIGPIPE, SIG_IGN);
  xmlrpc_env_init(&env);
  int listening = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listening, (struct sockaddr *)&address, length) != 0) return 1;
  getsockname(listening, (struct sockaddr *)&address, &length);

  xmlrpc_registry *registry = xmlrpc_registry_new(&env);
  for (int i = 0; i < 2; i++) xmlrpc_registry_add_method3(&env, registry, &methods[i]);
  xmlrpc_server_abyss_global_init(&env);
  xmlrpc_server_abyss_parms parameters = {
      .config_file_name = NULL, .registryP = registry, .socket_bound = 1, .socket_handle = listening};
  xmlrpc_server_abyss_create(&env, &parameters, XMLRPC_APSIZE(socket_handle), &server);
  if (env.fault_occurred) {
    fprintf(stderr, "%s\n", env.fault_string);
    return 1;
  }
  printf("listening at http://127.0.0.1:%d/RPC2\n", ntohs(address.sin_port));
  fflush(stdout);
  xmlrpc_server_abyss_run_server(&env, server);
  return 0;
}
