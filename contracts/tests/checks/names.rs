//! Names of arguments and values that libraries for other languages can read.

use serde_json::Value;

use crate::harness::abi;

/// What every JavaScript array has. ethers gives arguments and values as an array with a property for each name, and the
/// array's own come first: of an argument `length` one reads how many arguments there are.
const OF_AN_ARRAY: [&str; 49] = [
    "at",
    "concat",
    "constructor",
    "copyWithin",
    "entries",
    "every",
    "fill",
    "filter",
    "find",
    "findIndex",
    "findLast",
    "findLastIndex",
    "flat",
    "flatMap",
    "forEach",
    "hasOwnProperty",
    "includes",
    "indexOf",
    "isPrototypeOf",
    "join",
    "keys",
    "lastIndexOf",
    "length",
    "map",
    "pop",
    "propertyIsEnumerable",
    "push",
    "reduce",
    "reduceRight",
    "reverse",
    "shift",
    "slice",
    "some",
    "sort",
    "splice",
    "toLocaleString",
    "toReversed",
    "toSorted",
    "toSpliced",
    "toString",
    "unshift",
    "valueOf",
    "values",
    "with",
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
];
/// What ethers adds to it, and what makes a promise of it.
const OF_A_RESULT: [&str; 4] = ["getValue", "then", "toArray", "toObject"];
/// Members of ethers' `Contract`, which come before functions of the same name.
const OF_A_CONTRACT: [&str; 21] = [
    "addListener",
    "attach",
    "connect",
    "constructor",
    "deploymentTransaction",
    "emit",
    "fallback",
    "filters",
    "getAddress",
    "getDeployedCode",
    "getEvent",
    "getFunction",
    "interface",
    "listenerCount",
    "listeners",
    "off",
    "on",
    "once",
    "queryFilter",
    "runner",
    "target",
];
/// Errors of a package, which no contract of ours answers with: the compiler lists them, since the package's code names
/// them.
const OF_PACKAGES: [&str; 1] = ["ECDSAInvalidSignatureLength"];
/// Contracts that tests alone use.
const OF_TESTS: [&str; 3] = ["HostileCoin", "ThievingCoin", "TrickyCoin"];

#[test]
fn no_name_is_one_that_other_languages_have_taken() {
    let mut seen = 0;
    for contract in abi::all().iter().filter(|contract| !OF_TESTS.contains(&contract.name.as_str())) {
        for entry in contract.abi.iter().filter(|entry| !OF_PACKAGES.contains(&name(entry))) {
            let of = format!("{} of {}", name(entry), contract.name);
            if entry["type"] == "function" {
                assert!(!OF_A_CONTRACT.contains(&name(entry)), "{of} cannot be called by its name");
            }
            for list in ["inputs", "outputs"] {
                seen += check(&entry[list], &of);
            }
        }
    }
    assert!(seen > 500, "only {seen} names were looked at");
}

/// Looks at the names of a list of arguments, and of structs in it. How many there were.
fn check(list: &Value, of: &str) -> usize {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|argument| {
            let name = name(argument);
            assert!(
                !OF_AN_ARRAY.contains(&name) && !OF_A_RESULT.contains(&name),
                "{name} in {of} cannot be read by name"
            );
            1 + check(&argument["components"], of)
        })
        .sum()
}

fn name(of: &Value) -> &str {
    of["name"].as_str().unwrap_or_default()
}
