// Reads { secret, body, headers } from standard input and says whether the independent library accepts it.
const { Webhook } = require('standardwebhooks');
const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));
try {
  new Webhook(asked.secret).verify(asked.body, asked.headers);
  console.log('accepted');
} catch (fault) {
  console.log('refused: ' + fault.message);
}
