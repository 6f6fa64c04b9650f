//! What a provider says an attribute is: type, attribute or block, sensitive, computed.
