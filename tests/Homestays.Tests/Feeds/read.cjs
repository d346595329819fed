// Reads a calendar from standard input with an independent library and says what it found, an event a line.
const ICAL = require('ical.js').default ?? require('ical.js');
const calendar = new ICAL.Component(ICAL.parse(require('fs').readFileSync(0, 'utf8')));
const day = (time) => {
  if (!time.isDate) throw new Error('not a day: ' + time);
  return time.toString();
};
console.log(JSON.stringify(calendar.getAllSubcomponents('vevent').map((component) => {
  const event = new ICAL.Event(component);
  return { uid: event.uid, from: day(event.startDate), to: day(event.endDate), summary: event.summary };
})));
