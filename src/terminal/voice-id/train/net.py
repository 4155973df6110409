# Small speaker-embedding network (own design: strided TDNN with SE blocks, attentive statistics pooling).
import torch, torch.nn as nn, torch.nn.functional as F
class Net(nn.Module):
    def __init__(s,C0=96,C=128,D=128,P=256):
        super().__init__()
        s.c1=nn.Conv1d(80,C0,5,2,2); s.b1=nn.BatchNorm1d(C0); s.c0=nn.Conv1d(C0,C,3,2,1); s.b0=nn.BatchNorm1d(C)   # 40 ms frames
        s.bl=nn.ModuleList([Blk(C,d) for d in (1,2,3)])
        s.c2=nn.Conv1d(C*3,P,1); s.b2=nn.BatchNorm1d(P)
        s.a1=nn.Conv1d(P,64,1); s.a2=nn.Conv1d(64,P,1)
        s.b3=nn.BatchNorm1d(2*P); s.fc=nn.Linear(2*P,D); s.b4=nn.BatchNorm1d(D)
    def forward(s,x):              # x (B,T,80) log-mel
        x=(x-x.mean(1,keepdim=True)).transpose(1,2)*0.5
        x=s.b1(F.relu(s.c1(x))); x=s.b0(F.relu(s.c0(x))); o=[]
        for b in s.bl: x=b(x); o.append(x)
        x=s.b2(F.relu(s.c2(torch.cat(o,1))))
        w=torch.softmax(s.a2(torch.tanh(s.a1(x))),2)
        m=(x*w).sum(2); v=(x*x*w).sum(2)-m*m
        return s.b4(s.fc(s.b3(torch.cat([m,torch.sqrt(torch.clamp(v,min=1e-5))],1))))
class Blk(nn.Module):
    def __init__(s,C,d):
        super().__init__(); H=C//2
        s.p=nn.Conv1d(C,H,1); s.bp=nn.BatchNorm1d(H); s.t=nn.Conv1d(H,H,3,1,d,d); s.bt=nn.BatchNorm1d(H); s.q=nn.Conv1d(H,C,1); s.bq=nn.BatchNorm1d(C)
        s.s1=nn.Linear(C,32); s.s2=nn.Linear(32,C)
    def forward(s,x):
        y=s.bp(F.relu(s.p(x))); y=s.bt(F.relu(s.t(y))); y=s.bq(s.q(y))
        g=torch.sigmoid(s.s2(F.relu(s.s1(y.mean(2)))))
        return F.relu(x+y*g[:,:,None])
def from_onnx(path,batch):
    """a network with the weights of an exported one; its folded normalisations are measured anew on `batch` (B,T,80)"""
    import onnx; from onnx import numpy_helper as nh
    g=onnx.load(path).graph; I={i.name:torch.tensor(nh.to_array(i).copy()) for i in g.initializer}
    q=[n.input for n in g.node if n.op_type=='Conv' and n.input[1].startswith('onnx::')]
    net=Net(); sd=net.state_dict()
    for k in sd:
        if k in I: sd[k]=I[k]
    for n,i in enumerate(q): sd[f'bl.{n}.q.weight'],sd[f'bl.{n}.q.bias']=I[i[1]],I[i[2]]
    net.load_state_dict(sd); net.eval(); seen={}
    for n,b in enumerate(net.bl):
        b.bq=nn.Identity(); b.q.register_forward_hook(lambda m,a,o,n=n: seen.update({n:o}))
    with torch.no_grad(): net(batch)
    for n,b in enumerate(net.bl):
        b.q._forward_hooks.clear(); m=seen[n].mean((0,2)); v=seen[n].var((0,2)); b.bq=nn.BatchNorm1d(len(m))
        b.bq.running_mean.copy_(m); b.bq.running_var.copy_(v); b.bq.weight.data.copy_((v+b.bq.eps).sqrt()); b.bq.bias.data.copy_(m)
    return net
