//! For tests: what a browser makes of HTML. The tokens are judged by html5gum, the tree by html5ever.

use html5ever::tendril::TendrilSink;
use html5gum::{Token, Tokenizer};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// Fails where a browser would have to mend anything: the HTML must be its own tree, written down again.
pub(super) fn check(html: &str) {
    for token in Tokenizer::new(html) {
        match token.expect("a text can be read") {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                assert!(["p", "br", "b", "i", "ul", "ol", "li", "a"].contains(&name.as_str()), "<{name}>: {html}");
                assert_eq!(tag.attributes.len(), usize::from(name == "a"), "attributes: {html}");
            }
            Token::EndTag(_) | Token::String(_) => {}
            Token::Comment(_) | Token::Doctype(_) => panic!("neither words nor tags: {html}"),
            Token::Error(error) => panic!("{error:?}: {html}"),
        }
    }
    let mut written = String::new();
    in_body(html, |node| write(node, &mut written));
    assert_eq!(written, html, "a browser reads another tree");
}

/// What a reader sees, line by line.
pub(super) fn seen(html: &str) -> String {
    let mut seen = String::new();
    in_body(html, |node| read(node, &mut seen));
    seen
}

/// The tree must outlive the look at it: a node that is dropped takes the ones below it along.
fn in_body(html: &str, look: impl FnMut(&Handle)) {
    let dom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(html);
    let root = dom.document.children.borrow().last().cloned().expect("a document has a root");
    let body = root.children.borrow().last().cloned().expect("a root has a body");
    body.children.borrow().iter().for_each(look);
}

fn write(node: &Handle, html: &mut String) {
    match &node.data {
        NodeData::Text { contents } => html.push_str(&escaped(&contents.borrow())),
        NodeData::Element { name, attrs, .. } => {
            html.push_str(&format!("<{}", name.local));
            for attribute in attrs.borrow().iter() {
                html.push_str(&format!(" {}=\"{}\"", attribute.name.local, escaped(&attribute.value)));
            }
            html.push('>');
            node.children.borrow().iter().for_each(|child| write(child, html));
            if &*name.local != "br" {
                html.push_str(&format!("</{}>", name.local));
            }
        }
        NodeData::Document
        | NodeData::Doctype { .. }
        | NodeData::Comment { .. }
        | NodeData::ProcessingInstruction { .. } => html.push_str("<!-- -->"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn read(node: &Handle, seen: &mut String) {
    match &node.data {
        NodeData::Text { contents } => seen.push_str(&contents.borrow()),
        NodeData::Element { name, .. } => {
            let in_line = ["a", "b", "i", "em", "strong", "code"].contains(&&*name.local);
            if !in_line {
                seen.push('\n');
            }
            node.children.borrow().iter().for_each(|child| read(child, seen));
            if !in_line {
                seen.push('\n');
            }
        }
        NodeData::Document
        | NodeData::Doctype { .. }
        | NodeData::Comment { .. }
        | NodeData::ProcessingInstruction { .. } => {}
    }
}
