// Evaluates one case per line of standard input with @cloud-copilot/iam-simulate and answers one line each.
import { createInterface } from 'node:readline'
import { createValidatedPolicy } from '@cloud-copilot/iam-policy'
import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate'

const named = (policies) => policies.map((policy, index) => ({ name: `policy ${index}`, policy }))
// runUnsafeSimulation gives every policy a name but this one, and fails on a policy without a name.
const resourcePolicy = (policy) => createValidatedPolicy(policy, () => [], { name: 'resource policy' })

for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line)
  const simulation = {
    request: {
      principal: given.principal,
      action: given.action,
      resource: { resource: given.resource, accountId: given.resourceAccount },
      contextVariables: given.context,
    },
    identityPolicies: named(given.identity),
    permissionBoundaryPolicies: given.boundary ? named(given.boundary) : undefined,
    resourcePolicy: given.resourcePolicy ? resourcePolicy(given.resourcePolicy) : undefined,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }
  let answer
  try {
    answer = runUnsafeSimulation(simulation, {})
  } catch (error) {
    answer = `error: ${error.message}`
  }
  console.log(JSON.stringify(answer))
}
