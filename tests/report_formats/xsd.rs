//! Holds XML against an XML Schema, as far as the schemas of JUnit go: what is not known here panics.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element.
#[derive(Debug, Default)]
pub struct Node {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
    pub text: String,
}

impl Node {
    fn start(start: &BytesStart<'_>) -> Self {
        let name = String::from_utf8(start.local_name().as_ref().to_vec()).unwrap();
        let attribute = |attribute: quick_xml::events::attributes::Attribute<'_>| {
            let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
            let value = std::str::from_utf8(&attribute.value).unwrap();
            (key, quick_xml::escape::unescape(value).unwrap().into_owned())
        };
        let attributes = start.attributes().map(|each| attribute(each.unwrap())).collect();
        Self { name, attributes, ..Self::default() }
    }

    pub fn parse(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => open.push(Self::start(&start)),
                Event::Empty(start) => open.last_mut().unwrap().children.push(Self::start(&start)),
                Event::End(_) => {
                    let done = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(done);
                }
                Event::Text(text) => open.last_mut().unwrap().text.push_str(&text.decode().unwrap()),
                Event::GeneralRef(name) => {
                    let text = format!("&{};", name.decode().unwrap());
                    let text = quick_xml::escape::unescape(&text).unwrap();
                    open.last_mut().unwrap().text.push_str(&text);
                }
                Event::Decl(_) | Event::Comment(_) => {}
                Event::Eof => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(open.len(), 1, "every element is closed");
        open.pop().unwrap().children.pop().unwrap()
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All elements of a name below this one.
    pub fn all(&self, name: &str) -> Vec<&Node> {
        let mut found: Vec<&Node> = Vec::new();
        for child in &self.children {
            if child.name == name {
                found.push(child);
            }
            found.extend(child.all(name));
        }
        found
    }
}

/// Where `node` does not hold to `schema`.
pub fn check(node: &Node, schema: &Node) -> Vec<String> {
    let mut errors = Vec::new();
    element(node, schema, &mut errors);
    errors
}

fn named<'s>(schema: &'s Node, kind: &str, name: &str) -> Option<&'s Node> {
    schema.children.iter().find(|each| each.name == kind && each.attribute("name") == Some(name))
}

fn element(node: &Node, schema: &Node, errors: &mut Vec<String>) {
    let Some(declared) = named(schema, "element", &node.name) else {
        errors.push(format!("{} is not known", node.name));
        return;
    };
    let inline = declared.children.iter().find(|child| child.name == "complexType");
    let complex = inline.or_else(|| named(schema, "complexType", declared.attribute("type")?));
    let Some(complex) = complex else {
        assert_eq!(declared.attribute("type"), Some("xs:string"));
        if !node.attributes.is_empty() || !node.children.is_empty() {
            errors.push(format!("{} is text only", node.name));
        }
        return;
    };
    let known: Vec<&Node> = complex.children.iter().filter(|child| child.name == "attribute").collect();
    for (name, _) in &node.attributes {
        match known.iter().find(|each| each.attribute("name") == Some(name)) {
            Some(each) => assert_eq!(each.attribute("type"), Some("xs:string"), "{name}"),
            None => errors.push(format!("{} has no attribute {name}", node.name)),
        }
    }
    for each in known.iter().filter(|each| each.attribute("use") == Some("required")) {
        let name = each.attribute("name").unwrap();
        if node.attribute(name).is_none() {
            errors.push(format!("{} has to have {name}", node.name));
        }
    }
    if complex.attribute("mixed") != Some("true") && !node.text.trim().is_empty() {
        errors.push(format!("{} has no text", node.name));
    }
    let names: Vec<&str> = node.children.iter().map(|child| child.name.as_str()).collect();
    let content = complex.children.iter().find(|child| child.name == "sequence" || child.name == "choice");
    let taken = content.map_or(Some(0), |content| take(content, &names));
    if taken != Some(names.len()) {
        errors.push(format!("{} can't hold {names:?}", node.name));
    }
    for child in &node.children {
        element(child, schema, errors);
    }
}

/// How many of the names a particle takes; none where it does not get what it must have.
fn take(particle: &Node, names: &[&str]) -> Option<usize> {
    let bound = |name: &str| match particle.attribute(name) {
        None => 1,
        Some("unbounded") => usize::MAX,
        Some(number) => number.parse().unwrap(),
    };
    let mut taken = 0;
    let mut times = 0;
    while times < bound("maxOccurs") {
        match once(particle, &names[taken..]) {
            Some(more) if more > 0 => taken += more,
            _ => break,
        }
        times += 1;
    }
    let empty = times == 0 && particle.name != "element" && once(particle, &names[taken..]) == Some(0);
    (times >= bound("minOccurs") || empty).then_some(taken)
}

fn once(particle: &Node, names: &[&str]) -> Option<usize> {
    match particle.name.as_str() {
        "element" => (names.first() == Some(&particle.attribute("ref").unwrap())).then_some(1),
        "sequence" => {
            particle.children.iter().try_fold(0, |taken, each| Some(taken + take(each, &names[taken..])?))
        }
        "choice" => particle.children.iter().filter_map(|each| take(each, names)).max(),
        other => panic!("{other}"),
    }
}
