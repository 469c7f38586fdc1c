// Evaluates expressions with the reference implementation: a JSON document on standard input, one on standard output.
const jsonata = require('jsonata');

function finite(value) {
    if (typeof value === 'number') return Number.isFinite(value);
    return value === null || typeof value !== 'object' || Object.values(value).every(finite);
}

async function main() {
    const { data, expressions } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
    const answers = [];
    for (const text of expressions) {
        try {
            const value = await jsonata(text).evaluate(undefined, { data });
            if (value === undefined) answers.push({ undefined: true });
            else if (typeof value === 'function' || (value && value._jsonata_lambda)) answers.push({ function: true });
            // JSON has no such number: Step Functions fails.
            else if (!finite(value)) answers.push({ error: 'not finite' });
            else answers.push({ value });
        } catch (error) {
            answers.push({ error: error.code || String(error) });
        }
    }
    process.stdout.write(JSON.stringify(answers));
}

main();
