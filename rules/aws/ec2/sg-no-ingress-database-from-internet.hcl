# A database that can be reached from anywhere is found within hours, and its password is all that is left to protect
# it.
rule {
  title    = "Security groups do not open database ports to the internet"
  severity = "critical"
  resource = [
    "aws_security_group",
    "aws_default_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
  ]
  aliases = [
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_mysql_3306",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_postgres_5432",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_sql_server_1433_1434",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_oracle_1521_2483",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_mongodb_27017_27018",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_redis_6379",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_memcached_11211",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_elasticsearch_kibana_9200_9300_5601",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_cassandra_7199_9160_8888",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_kafka_9092",
    "ec2_instance_port_mysql_exposed_to_internet",
    "ec2_instance_port_postgresql_exposed_to_internet",
    "ec2_instance_port_sqlserver_exposed_to_internet",
    "ec2_instance_port_oracle_exposed_to_internet",
    "ec2_instance_port_mongodb_exposed_to_internet",
    "ec2_instance_port_redis_exposed_to_internet",
    "ec2_instance_port_memcached_exposed_to_internet",
    "ec2_instance_port_elasticsearch_kibana_exposed_to_internet",
    "ec2_instance_port_cassandra_exposed_to_internet",
    "ec2_instance_port_kafka_exposed_to_internet",
    "vpc_security_group_restrict_ingress_common_ports_all",
  ]
  criteria = {
    "CC6.6" = "Databases can't be reached from outside the network boundary."
    "CC6.1" = "Data is reached through the application only."
    "C1.1"  = "Confidential data is not exposed to the internet."
  }
  locals {
    ports = [
      1433, 1434, 1521, 2483, 2484, 3306, 5432, 5439, 6379, 6380, 7000, 7001, 7199, 8086, 8123,
      9042, 9160, 9092, 9093, 9094, 9095, 9096, 9097, 9098, 9200, 9300, 5601, 11211, 27017,
      27018, 27019, 27020, 28015, 50000, 26257, 7474, 7687, 8182,
    ]
    # What a fix leaves open: the ranges that are none of the world, and those that the settings allow.
    open = [for rule in self.ingress : {
      from_port = rule.from_port
      to_port   = rule.to_port
      protocol  = rule.protocol
      ranges    = distinct(concat([for range in rule.cidr_blocks : range if is_world([range]) == false], setting.allowed_cidrs))
    } if anytrue([for port in local.ports : world_reaches_port(rule, port) == true])]
    ranges = distinct(concat([for range in self.cidr_blocks : range if is_world([range]) == false], setting.allowed_cidrs))
  }
  require = (
    alltrue([for rule in self.ingress : alltrue([for port in local.ports : world_reaches_port(rule, port) == false])])
    && alltrue([for port in local.ports : world_reaches_port(self, port) == false])
  )
  message = "${self.address} lets anyone on the internet reach a database port"
  fix {
    title         = "Let only the allowed ranges through ${self.address}"
    applicability = "review"
    caution       = "Who comes from elsewhere, IPv6 included, can no longer connect: allowed_cidrs has to name all who should."
  }
}
