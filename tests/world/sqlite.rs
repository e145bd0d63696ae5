//! SQLite in memory. Connections are used again: a world needs some, and a run makes many worlds.

use onereply::objects::host::{Error, Result, Row, Value};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql};

/// A new database with these tables, which are empty.
pub fn open(schema: &str) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_MEMORY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_in_memory_with_flags(flags).unwrap();
    connection.set_prepared_statement_cache_capacity(100);
    connection.execute_batch(schema).unwrap();
    connection
}

pub fn make_tables(connection: &Connection, schema: &str) -> Result<()> {
    connection.execute_batch(schema).map_err(in_words)
}

pub fn drop_tables(connection: &Connection) {
    for row in rows(connection, "SELECT name FROM sqlite_schema WHERE type = 'table'", &[]).unwrap() {
        let Some(Value::Text(table)) = row.into_iter().next() else { continue };
        connection.execute_batch(&format!("DROP TABLE {table}")).unwrap();
    }
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
