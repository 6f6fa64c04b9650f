"""Puts many AWS fixtures under one Terraform root, so that one command asks the real provider about all.

Each fixture becomes a module; a file stands alone, a folder keeps its files. Fixtures are short: they may refer to
resources that they leave out. In the copy, such a reference becomes a local value. TERRAFORM may name a command
that finds the provider offline. Nothing is asked of a cloud.
"""
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
DATA = ROOT / "tests/data"
PROVIDER = """terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}
"""
ENVIRONMENT = os.environ | {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "AWS_EC2_METADATA_DISABLED": "true"}


def rules():
    """The ids of all AWS rules."""
    return sorted(str(path.relative_to(ROOT / "rules").with_suffix("")) for path in (ROOT / "rules/aws").rglob("*.hcl"))


def cases(rule):
    """The fixtures of a rule: name to file or folder."""
    folder = FIXTURES / rule
    return {path.name.removesuffix(".tf"): path for path in sorted(folder.iterdir()) if path.is_dir() or path.suffix == ".tf"}


def uses_ephemeral(path):
    """Whether the fixture asks another provider for something that can't be left out."""
    files = [path] if path.is_file() else sorted(path.rglob("*.tf"))
    return any(re.search(r'^(ephemeral "(?!aws_)|data "template_|provider "(?!aws"))', file.read_text(), re.M) for file in files)


REFERENCE = re.compile(r"(?<![\w.\"-])((?:aws|random)_\w+)\.([A-Za-z_][\w-]*)((?:\[[^\]\n]*\])?)(?:\.(\w+))?")


def stand_in(folder, unknown):
    """Gives a value to what the fixture refers to and does not declare."""
    declared, attributes = set(), {}
    files = sorted(folder.glob("*.tf"))
    for path in files:
        path.write_text(re.sub(r'^resource "random_.*?^}\n', "", path.read_text(), flags=re.M | re.S))
        declared |= {f"{kind}.{name}" for kind, name in re.findall(r'^resource "([^"]+)" "([^"]+)"', path.read_text(), re.M)}
    missing = lambda match: f"{match[1]}.{match[2]}" not in declared
    for path in files:
        text = path.read_text()
        for match in filter(missing, REFERENCE.finditer(text)):
            wanted = attributes.setdefault(f"{match[1]}__{match[2]}", (set(), []))
            wanted[0].add(match[4])
            wanted[1].append(match[3])
        path.write_text(REFERENCE.sub(lambda match: f"local.{match[1]}__{match[2]}{match[0][len(match[1] + match[2]) + 1:]}"
                                      if missing(match) else match[0], text))
    lines = []
    for name, (wanted, indexes) in sorted(attributes.items()):
        one = lambda number: {each: attribute_of(name.split("__")[0], each, number) for each in sorted(filter(None, wanted))}
        value = [one(0), one(1)] if {"[0]", "[1]", "[*]"} & set(indexes) else one(0)
        lines.append(f"  {name} = {'var.left_out' if unknown else json.dumps(value)}\n")
    if lines:
        (folder / "left_out.tf").write_text(f'locals {{\n{"".join(lines)}}}\n' + ('variable "left_out" {}\n' if unknown else ""))


def required_variables(folder):
    """Variables that have no default, with a value of their type."""
    found = {}
    for path in sorted(folder.glob("*.tf")):
        for name, body in re.findall(r'^variable "([^"]+)" \{\n(.*?)^\}', path.read_text(), re.M | re.S):
            if re.search(r"^\s*default\s*=", body, re.M):
                continue
            kind = re.search(r"^\s*type\s*=\s*(\w+)", body, re.M)
            found[name] = value_of(name, kind[1] if kind else "any")
        for name in re.findall(r'^variable "([^"]+)" \{\}', path.read_text(), re.M):
            found[name] = value_of(name, "any")
    return found


def value_of(name, kind):
    if kind in ("list", "set", "tuple"):
        return []
    if kind in ("map", "object"):
        return {}
    if kind == "bool":
        return False
    if kind == "number":
        return 1
    if "cidr" in name:
        return "10.1.0.0/16"
    if "password" in name or "secret" in name or name == "result":
        return "Example0123456789"
    if "arn" in name or "key" in name:
        return "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    return "example"


def attribute_of(kind, name, number):
    """The value of an attribute of a resource that is left out."""
    service, _, rest = kind.removeprefix("aws_").partition("_")
    if name == "id" and kind in ("aws_security_group", "aws_subnet", "aws_vpc"):
        return f"{kind.removeprefix('aws_').replace('security_group', 'sg')}-0123456789abcde{number}"
    if name == "arn" and rest:
        version = "/1.0.0" if rest.endswith("recipe") else ""
        return f"arn:aws:{service}:eu-central-1:123456789012:{rest.replace('_', '-')}/example{version}"
    return value_of(name, "any")


def lay_out(folder, fixtures, unknown=False):
    """Writes a root that calls every fixture (name to path) as a module. Unknown: nothing has a value."""
    folder.mkdir(parents=True, exist_ok=True)
    text = [PROVIDER]
    for name, path in sorted(fixtures.items()):
        target = folder / name
        if path.is_dir():
            shutil.copytree(path, target)
        else:
            target.mkdir()
            shutil.copy(path, target / "main.tf")
        for each in [target, *sorted(path for path in target.iterdir() if path.is_dir())]:
            stand_in(each, unknown)
        values = required_variables(target)
        lines = [f"  {key} = {'var.unknown' if unknown else json.dumps(value)}\n" for key, value in sorted(values.items())]
        text.append(f'\nmodule "{name}" {{\n  source = "./{name}"\n{"".join(lines)}}}\n')
    if unknown:
        text.append('\nvariable "unknown" {}\n')
    (folder / "main.tf").write_text("".join(text))
    run(folder, "init", "-input=false", "-no-color")


def run(folder, *arguments, check=True):
    terraform = os.environ.get("TERRAFORM", "terraform")
    done = subprocess.run([terraform, *arguments], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    if check and done.returncode:
        sys.exit(f"terraform {' '.join(arguments)}: {done.stderr or done.stdout}")
    return done


def versions(folder):
    """Of Terraform and the provider."""
    found = json.loads(run(folder, "version", "-json").stdout)
    return {"terraform": found["terraform_version"], "provider": found["provider_selections"]["registry.terraform.io/hashicorp/aws"]}


def module_of(diagnostic):
    """The module that an error concerns, or None."""
    where = (diagnostic.get("range") or {}).get("filename", "")
    found = re.match(r"(?:module\.)?(\w+)[/.]", where if where != "main.tf" else "") or re.match(r"module\.(\w+)", diagnostic.get("address") or "")
    return found[1] if found else None
