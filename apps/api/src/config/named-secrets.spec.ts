import { describe, expect, it } from 'vitest';
import { hideNamedSecrets } from './named-secrets.js';

const S = 'abcdef123';

describe('hideNamedSecrets', () => {
  it.each([
    // JSON
    [`{"access_token":"${S}","day":1}`, '{"access_token":"***","day":1}'],
    [`{"error":"{\\"token\\":\\"${S}\\"}"}`, '{"error":"{\\"token\\":\\"***\\"}"}'],
    [
      `{"a":"{\\"b\\":\\"{\\\\\\"token\\\\\\":\\\\\\"${S}\\\\\\"}\\"}"}`,
      '{"a":"{\\"b\\":\\"{\\\\\\"token\\\\\\":\\\\\\"***\\\\\\"}\\"}"}',
    ],
    ['{"password":"ab;cdefgh"}', '{"password":"***"}'],
    ['{"password":"ab\\"cd<{[efgh","day":1}', '{"password":"***","day":1}'],
    ['{"password":"ends with \\\\","day":1}', '{"password":"***","day":1}'],
    ['{"password":"hunter two secret"}', '{"password":"***"}'],
    ['{"password" : "b"}', '{"password" : "***"}'],
    [`{"token":["${S}","${S}"],"day":1}`, '{"token":[***],"day":1}'],
    [`{"token":{"value":"}${S}"},"day":1}`, '{"token":{***},"day":1}'],
    [`{"access_token_value":"${S}"}`, '{"access_token_value":"***"}'],
    [`{"private_key":"-----BEGIN RSA"}`, '{"private_key":"***"}'],
    [`{"api_key_id":"${S}"}`, '{"api_key_id":"***"}'],
    [`{"clientSecret":"${S}","sessionId":"${S}"}`, '{"clientSecret":"***","sessionId":"***"}'],
    ['{"password":12345678,"day":1}', '{"password":***,"day":1}'],
    [`{"name":"token","value":"${S}"}`, '{"name":"token","value":"***"}'],
    [`{'token': 'it\\'s ${S}', 'day': 1}`, "{'token': '***', 'day': 1}"],
    [`{"user":"ana","pwd":"${S}","pass":"${S}"}`, '{"user":"ana","pwd":"***","pass":"***"}'],
    [`{"token":"${S}`, '{"token":"***'],
    [`{"token":"${S}…`, '{"token":"***…'],
    [`{"密码":"${S}"}`, '{"密码":"***"}'],
    // XML and HTML
    [`<token>${S}</token>`, '<token>***</token>'],
    [`<ns:apiKey type="x">${S}</ns:apiKey>`, '<ns:apiKey type="x">***</ns:apiKey>'],
    [`<Password><![CDATA[<${S}>]]></Password>`, '<Password><![CDATA[***]]></Password>'],
    [`<meta name="csrf-token" content="${S}">`, '<meta name="csrf-token" content="***">'],
    [`&quot;token&quot;:&quot;a;${S}&quot;,`, '&quot;token&quot;:&quot;***&quot;,'],
    [
      `"\\u003ctoken\\u003e${S}\\u003c/token\\u003e"`,
      '"\\u003ctoken\\u003e***\\u003c/token\\u003e"',
    ],
    [`&lt;token&gt;${S}&lt;/token&gt;`, '&lt;token&gt;***&lt;/token&gt;'],
    // Queries and texts
    [`?api_key=${S}&day=1`, '?api_key=***&day=1'],
    [`token%3D${S}%26day%3D1`, 'token%3D***%26day%3D1'],
    [`token%253D${S}`, 'token%253D***'],
    [`%22token%22%3A%22${S}%22%7D`, '%22token%22%3A%22***%22%7D'],
    [`user[password]=${S}&x=1`, 'user[password]=***&x=1'],
    ['password=ab;cd,ef{gh}', 'password=***}'],
    [`(token=${S}).`, '(token=***).'],
    [`{"url":"https://x/?token=${S}","day":1}`, '{"url":"https://x/?token=***","day":1}'],
    ['password: hunter2 was refused', 'password: *** was refused'],
    ['password: ab&cdefg', 'password: ***'],
    [`Incorrect API key provided: ${S}.`, 'Incorrect API key provided: ***.'],
    [`the token "${S}" has expired`, 'the token "***" has expired'],
    [`密码：${S}`, '密码：***'],
    // Headers
    [`Authorization: Bearer ${S}`, 'Authorization: Bearer ***'],
    [
      'Authorization: Digest username="ana", response="ab12", nc=1\nHost: x',
      'Authorization: Digest ***\nHost: x',
    ],
    [`Set-Cookie: session=${S}; sid=x1y2z3\r\nHost: x`, 'Set-Cookie: ***\r\nHost: x'],
    [`{"got":"Cookie: a=${S}; b=2\\r\\nHost: x"}`, '{"got":"Cookie: ***\\r\\nHost: x"}'],
    [`X-Api-Key: ${S}`, 'X-Api-Key: ***'],
    [`we got Bearer ${S}${S}`, 'we got Bearer ***'],
    // Addresses and keys
    ['https://user:pa55word@host/', 'https://user:***@host/'],
    ['"https:\\/\\/user:p@ss:w@host\\/x"', '"https:\\/\\/user:***@host\\/x"'],
    ['https%3A%2F%2Fuser%3Apa55word%40host', 'https%3A%2F%2Fuser%3A***%40host'],
    ['https://ghp_abc@host/', 'https://***@host/'],
    [
      `-----BEGIN RSA PRIVATE KEY-----\n${S}\n-----END RSA PRIVATE KEY-----`,
      '-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----',
    ],
  ])('of %j makes %j', (text, shown) => {
    expect(hideNamedSecrets(text)).toBe(shown);
  });

  it.each([
    'token expired',
    'session closed',
    '{"error":"invalid_token","error_description":"The access token expired"}',
    '{"invalid_token":"The access token expired"}',
    '{"errors":{"password":["is missing","must have at least 8 characters"]}}',
    '{"token":null,"session":"closed","password":""}',
    '{"token_type":"Bearer","token_expires_in":3600,"total_tokens":4096}',
    '{"message":"Unknown session","code":40012}',
    '{"detail":"Authentication credentials were not provided."}',
    'SyntaxError: Unexpected token \'<\', "<!DOCTYPE" is not valid JSON',
    'Invalid token: expired 5 minutes ago',
    '令牌：已过期',
    '{"token":"令牌无效，请重新登录"}',
    '<form><label for="password">Password:</label><input type="password" name="p"></form>',
    '<Code>SignatureDoesNotMatch</Code><Message>The signature does not match.</Message>',
    'Fatal error: Session::get() in /srv/app/Session.php:31',
    'see https://example.com/docs?mail=a@b.example and https://host:8080/x',
    'token=${TOKEN}, Authorization: Bearer ${TOKEN}, https://${USER}:${TOKEN}@host/',
    '{"token":"${TOKEN}","authorization":"Bearer ${TOKEN}"}',
  ])('leaves %j as it is', (text) => {
    expect(hideNamedSecrets(text)).toBe(text);
  });

  it.each([
    ...['token:[', 'token:{"', '<token ', 'token=\\', 'token"', 'token:"\\\\', 'token:"the '],
    ...['api key', 'https://a:', 'Cookie: ', 'A', 'aB', '://', '%25', '\\', '-----BEGIN '],
    'bearer a',
  ])('ends for a long text of %j alone', (part) => {
    expect(hideNamedSecrets(part.repeat(5_000))).toMatch(/./);
  });
});
