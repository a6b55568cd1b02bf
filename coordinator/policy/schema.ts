import { dataClasses, type PolicySet, taskApprovers } from '../../protocol/policy.ts'

/**
 * What policies may speak of, as a Cedar schema. Names that a set lists are enumerated, so that a misspelt one is a fault
 * and not a rule that never applies.
 */
export function schemaOf({ roles, domains }: Pick<PolicySet, 'roles' | 'domains'>): string {
  const names = (all: readonly string[]) => all.map(name => JSON.stringify(name)).join(', ')
  return `
entity Domain${domains ? ` enum [${names(domains)}]` : ''};
entity ResponsePlan enum ["consortium"];
entity Template;
entity Skill;
entity Resource;
entity Class enum [${names(dataClasses)}];
entity Role enum [${names([taskApprovers, ...Object.keys(roles)])}];

// May this party order a task by this template?
action order appliesTo {
  principal: [Domain, ResponsePlan],
  resource: [Template],
  context: { priority: String },
};

// May the requester have this domain asked for a skill?
action ask appliesTo {
  principal: [Domain, ResponsePlan],
  resource: [Domain],
  context: { skill: Skill, template: Template, approvedBy: Set<Role> },
};

// May data of the principal go to this domain, for this skill?
action flow appliesTo {
  principal: [Domain, ResponsePlan],
  resource: [Domain],
  context: { class: Class, masked: Bool, skill: Skill, template: Template, approvedBy: Set<Role> },
};

// May an emergency of the principal have an attempt of this party's task broken off, for resources that both want?
// Of the attempt: its task's priority and template, and its skill.
action preempt appliesTo {
  principal: [Domain, ResponsePlan],
  resource: [Domain, ResponsePlan],
  context: { priority: String, resources: Set<Resource>, skill: Skill, template: Template },
};
`
}
