"""The national standard file of lifelong-learning courses: 25 columns, read from and written to CSV and XLSX.

`reading.read` makes one record of every line, `writing` makes the file; neither knows a database. The data set is
전국평생학습강좌표준데이터 (data.go.kr 15013110); what a city really sends is described in the domain book, 6.2.
"""
