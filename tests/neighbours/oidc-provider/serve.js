// A provider on the port that is named, at which anybody signs in by any name; whoever is called "porter" is in no group of use.
// Whoever signs in as the client "ward" comes back to a page of the same server. It writes down whose session ends.
import { generateKeyPairSync, webcrypto } from 'node:crypto';

// What older versions of Node lack.
globalThis.crypto ??= webcrypto;
URL.parse ??= (...parts) => { try { return new URL(...parts); } catch { return null; } };

const { Provider } = await import('oidc-provider');
const [port, back] = process.argv.slice(2);

const key = (kid, alg, kind, settings) =>
  ({ ...generateKeyPairSync(kind, settings).privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' });
const client = (client_id, token_endpoint_auth_method, id_token_signed_response_alg) => ({
  client_id,
  client_secret: token_endpoint_auth_method === 'none' ? undefined : 'the secret + of: a client',
  token_endpoint_auth_method,
  id_token_signed_response_alg,
  redirect_uris: [back],
  grant_types: ['authorization_code'],
});

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    client('basic', 'client_secret_basic', 'RS256'),
    client('pss', 'client_secret_basic', 'PS256'),
    client('public', 'none', 'ES256'),
    client('edwards', 'client_secret_basic', 'EdDSA'),
    { client_id: 'ward', token_endpoint_auth_method: 'none', redirect_uris: [`http://127.0.0.1:${port}/ward`] },
    { client_id: 'machine', client_secret: 'the secret of a machine', grant_types: ['client_credentials'], redirect_uris: [], response_types: [] },
  ],
  jwks: {
    keys: [
      key('r', undefined, 'rsa', { modulusLength: 2048 }),
      key('e', 'ES256', 'ec', { namedCurve: 'P-256' }),
      key('d', 'EdDSA', 'ed25519', {}),
    ],
  },
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
  features: { clientCredentials: { enabled: true } },
  claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: `${id}@ward`, groups: id === 'porter' ? ['porters'] : ['nurses', 'on-call'] }),
  }),
});
provider.use((ctx, next) => (ctx.path === '/ward' ? (ctx.body = 'This is the ward.') : next()));
provider.on('session.destroyed', ({ accountId }) => console.log(`the session of ${accountId} ended`));
provider.listen(Number(port), '127.0.0.1');
