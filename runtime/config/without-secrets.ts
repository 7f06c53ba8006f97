/** A password in an address would be told wherever the address is. */
export const withoutSecrets = (address: string): boolean => !/^[^/]*\/\/[^/]*@|^[^/]*@/.test(address);
export const WITHOUT_SECRETS = 'must hold no user or password: give them as user and password beside it';
