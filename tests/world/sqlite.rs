//! SQLite in memory. Connections are used again, with their prepared statements: each world needs some, and a run makes many worlds.

use onereply::objects::host::{Error, Result, Row, Value};
use onereply::objects::{conversation, workspace};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Deref;

/// The two kinds of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Schema {
    Conversation,
    Workspace,
}

/// A database with the tables of a kind of object.
pub struct Database {
    schema: Schema,
    /// There until it is dropped.
    connection: Option<Connection>,
}

thread_local! {
    /// Those that nobody uses now. Their tables are empty.
    static IDLE: RefCell<BTreeMap<Schema, Vec<Connection>>> = const { RefCell::new(BTreeMap::new()) };
}

impl Schema {
    fn statements(self) -> &'static str {
        match self {
            Self::Conversation => conversation::SCHEMA,
            Self::Workspace => workspace::SCHEMA,
        }
    }

    fn tables(self) -> &'static [&'static str] {
        match self {
            Self::Conversation => &["conversation", "held"],
            Self::Workspace => &["identity", "chatbot", "trouble", "granted", "pause", "kept", "open", "ledger"],
        }
    }
}

impl Database {
    /// A database whose tables are empty.
    pub fn new(schema: Schema) -> Self {
        let idle = IDLE.with_borrow_mut(|idle| idle.get_mut(&schema).and_then(Vec::pop));
        Self { schema, connection: Some(idle.unwrap_or_else(|| open(schema))) }
    }

    /// Nothing is left in it.
    pub fn empty(&self) {
        self.schema.tables().iter().for_each(|table| run(self, &format!("DELETE FROM {table}")));
    }
}

impl Deref for Database {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if !self.is_autocommit() {
            run(self, "ROLLBACK");
        }
        self.empty();
        let connection = self.connection.take().unwrap();
        // At the end of a thread there is nobody left to use it.
        let _ = IDLE.try_with(|idle| idle.borrow_mut().entry(self.schema).or_default().push(connection));
    }
}

fn open(schema: Schema) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_MEMORY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_in_memory_with_flags(flags).unwrap();
    connection.set_prepared_statement_cache_capacity(100);
    // Without this, statements are prepared anew for what is bound to them.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).unwrap();
    connection.execute_batch(schema.statements()).unwrap();
    connection
}

/// A statement that does not fail.
pub fn run(connection: &Connection, statement: &str) {
    connection.prepare_cached(statement).and_then(|mut statement| statement.execute([])).unwrap();
}

pub fn rows(connection: &Connection, query: &str, arguments: &[Value]) -> Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(query).map_err(in_words)?;
    // The real storage refuses anything else.
    assert_eq!(statement.parameter_count(), arguments.len(), "{query}");
    for (nth, argument) in arguments.iter().enumerate() {
        statement.raw_bind_parameter(nth + 1, Bound(argument)).map_err(in_words)?;
    }
    let columns = statement.column_count();
    let mut found = statement.raw_query();
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(in_words)? {
        let row: Result<Row> = (0..columns)
            .map(|column| match row.get_ref(column).map_err(in_words)? {
                ValueRef::Null => Ok(Value::Null),
                ValueRef::Integer(number) => Ok(Value::Integer(number)),
                ValueRef::Text(text) => Ok(Value::Text(String::from_utf8(text.to_vec()).unwrap())),
                ValueRef::Real(_) | ValueRef::Blob(_) => Err(Error::new("a value of a type that nobody stores")),
            })
            .collect();
        rows.push(row?);
    }
    Ok(rows)
}

struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

fn in_words(error: rusqlite::Error) -> Error {
    Error::new(error.to_string())
}
