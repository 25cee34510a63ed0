import Policy

extension TamisSettings {
    /// What the admin decided, in the policy's own words.
    func policyConfiguration(_ hostName: String, _ version: String) throws(PolicyError) -> PolicyConfiguration {
        var policy = PolicyConfiguration(version: version, hostName: hostName)
        policy.mode = mode == .observe ? .observe : .enforce
        policy.score = score.rules
        policy.actions = try actions.steps()
        policy.exempt = exempt.rules
        policy.recipients = try recipients.rows()
        policy.mixed = PolicyConfiguration.Mixed(rawValue: mixed.rawValue) ?? .mostLenient
        policy.headers = try headers.rules()
        policy.unscanned.withoutSpamd = .init(rawValue: unscanned.withoutSpamd.rawValue) ?? .accept
        policy.unscanned.withoutPyzor = .init(rawValue: unscanned.withoutPyzor.rawValue) ?? .accept
        policy.spamdUser = SpamdUserRules(single: spamd.user.rule, several: spamd.userForSeveral.user)
        return policy
    }
}

extension Points {
    fileprivate var policy: Policy.Points { Policy.Points(thousandths: thousandths) }
}

extension ScoreSection {
    fileprivate var rules: ScoreRules {
        var rules = ScoreRules()
        if case .points(let points) = required { rules.required = .points(points.policy) }
        rules.pyzorPoints = [:]
        for row in pyzor.points { rules.pyzorPoints[Int64(row.name)] = row.value.policy }
        rules.whitelistCount = Int64(pyzor.whitelistCount)
        rules.whitelistShareThousandths = pyzor.whitelistShare.thousandths
        rules.alone = ActionKind(rawValue: pyzor.alone.rawValue) ?? .tag
        return rules
    }
}

extension [ActionStep] {
    fileprivate func steps() throws(PolicyError) -> [Step] {
        var steps: [Step] = []
        for step in self {
            var actions: [Action] = []
            for action in step.actions { actions.append(try Action(action.rawValue)) }
            let threshold: Step.Threshold =
                if case .points(let points) = step.at { .points(points.policy) } else { .required }
            steps.append(
                try Step(at: threshold, do: actions, reply: step.reply, acceptsLoss: step.discardConfirmed)
            )
        }
        return steps
    }
}

extension ExemptSection {
    fileprivate var rules: ExemptRules {
        var rules = ExemptRules()
        rules.networks = networks
        rules.local = Policy.Ceiling(rawValue: local.rawValue) ?? .skip
        rules.authenticated = Policy.Ceiling(rawValue: authenticated.rawValue) ?? .skip
        rules.nullSender = Policy.Ceiling(rawValue: nullSender.rawValue) ?? .noReject
        rules.lists = Policy.Ceiling(rawValue: lists.rawValue) ?? .full
        return rules
    }
}

extension [RecipientRow] {
    fileprivate func rows() throws(PolicyError) -> [Policy.RecipientRow] {
        var rows: [Policy.RecipientRow] = []
        for row in self {
            var globs: [Glob] = []
            for pattern in row.match { globs.append(try Glob(pattern.pattern)) }
            let required: Policy.Points? = if case .points(let points) = row.required { points.policy } else { nil }
            rows.append(Policy.RecipientRow(match: globs, required: required, actions: try row.actions?.steps()))
        }
        return rows
    }
}

extension HeadersSection {
    fileprivate func rules() throws(PolicyError) -> HeaderRules {
        var rules = HeaderRules()
        rules.status = status.when
        rules.flag = flag.when
        rules.score = score.when
        rules.level = level.when
        rules.report = report.when
        rules.version = version.when
        rules.remove = remove
        rules.subjectTag = try SubjectTag(subjectTag)
        for row in extra {
            rules.extra.append(try ExtraHeader(name: "\(row.name)", template: try HeaderTemplate(row.value)))
        }
        return rules
    }
}

extension HeadersSection.When {
    fileprivate var when: HeaderRules.When { HeaderRules.When(rawValue: rawValue) ?? .always }
}

extension SpamdUser {
    fileprivate var rule: SpamdUserRules.Rule {
        switch self {
        case .none: .none
        case .localPart: .localPart
        case .address: .address
        case .name(let name): Policy.SpamdUser(name).map { .name($0) } ?? .none
        }
    }

    fileprivate var user: Policy.SpamdUser? {
        if case .name(let name) = self { Policy.SpamdUser(name) } else { nil }
    }
}
